import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isGeneratedText } from '../files/kinds.ts';
import type { FoundFile } from '../files/walk.ts';
import type { Auditor, FileReport, SourceFile } from '../hazard.ts';

/** Bytes. Larger files are data or the output of tools; a parser needs a hundred times a file's size. */
const MOST_BYTES = 2_000_000;
const MEGABYTE = 1_000_000;

export interface Audited {
  readonly report: FileReport;
  /** Empty where it could not be read. */
  readonly text: string;
}

interface Unit {
  readonly auditor: Auditor;
  readonly files: SourceFile[];
}

/** Audits files, those of one folder together where their language asks for it. Never throws: what goes wrong is a problem of the file. */
export function auditFiles(
  files: readonly FoundFile[],
  auditors: readonly Auditor[],
): { readonly audited: readonly Audited[]; readonly generated: number } {
  const audited: Audited[] = [];
  const units = new Map<string, Unit>();
  let generated = 0;
  for (const { path, name } of files) {
    const auditor = auditors.find((it) => it.handles(path));
    const read = auditor ? readSource(path) : { problem: 'there are no rules for this kind of file' };
    if (read === 'generated') generated += 1;
    else if ('problem' in read) audited.push(reportProblem(name, read.problem));
    else if (auditor) {
      const key = auditor.auditFolder ? `${auditor.id} ${dirname(path)}` : path;
      const unit = units.get(key) ?? { auditor, files: [] };
      unit.files.push({ file: name, text: read.text, path });
      units.set(key, unit);
    }
  }
  for (const unit of units.values()) audited.push(...auditUnit(unit));
  return { audited, generated };
}

function auditUnit({ auditor, files }: Unit): Audited[] {
  try {
    const reports =
      auditor.auditFolder?.(files) ?? files.map(({ file, text, path }) => auditor.audit(file, text, path));
    return files.map(({ file, text }, at) => {
      const report = reports[at];
      return report ? { report, text } : reportProblem(file, 'could not be audited');
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return files.map(({ file }) => reportProblem(file, `could not be audited: ${why}`));
  }
}

function reportProblem(file: string, message: string): Audited {
  return { report: { hazards: [], problems: [{ file, message }] }, text: '' };
}

function readSource(path: string): { readonly text: string } | { readonly problem: string } | 'generated' {
  try {
    const text = readText(path);
    if (typeof text === 'number') {
      const size = (text / MEGABYTE).toFixed(1);
      return { problem: `not audited: ${size} MB; files above ${MOST_BYTES / MEGABYTE} MB are passed over` };
    }
    if (text.includes('\0')) return { problem: 'not audited: it is not text' };
    return isGeneratedText(text) ? 'generated' : { text };
  } catch (error) {
    return { problem: `cannot be read: ${error instanceof Error && 'code' in error ? error.code : String(error)}` };
  }
}

/** @returns The file's size where it is too large. */
function readText(path: string): string | number {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size > MOST_BYTES) return size;
    const text = readFileSync(file, 'utf8');
    return text.startsWith('\ufeff') ? text.slice(1) : text;
  } finally {
    closeSync(file);
  }
}
