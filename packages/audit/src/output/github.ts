import type { Severity } from '../hazard.ts';
import type { AuditReport } from '../report/finding.ts';

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'notice' };

/** Workflow commands that GitHub shows beside the lines of a pull request; one per line. */
export function toGithub({ findings, problems }: AuditReport): string {
  const lines = findings.map(({ severity, place, rule, message, help }) => {
    const { file, line, endLine, column, endColumn } = place;
    // GitHub takes columns only within one line.
    const columns = line === endLine ? { col: column, endColumn } : {};
    return command(COMMANDS[severity], { file, line, endLine, ...columns, title: rule }, `${message}\n${help}`);
  });
  const unread = problems.map(({ file, line, column, message }) =>
    command(
      'warning',
      { file, ...(line ? { line } : {}), ...(column ? { col: column } : {}), title: 'not audited' },
      message,
    ),
  );
  return [...lines, ...unread].map((line) => `${line}\n`).join('');
}

function command(name: string, properties: Readonly<Record<string, string | number>>, message: string): string {
  const list = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${name} ${list.join(',')}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
