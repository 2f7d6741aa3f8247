import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Place, Problem } from '../hazard.ts';
import type { AuditReport, Finding } from '../report/finding.ts';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** SARIF 2.1.0: one run, for code-scanning tools. Columns are UTF-16 units, as in {@link Place}. */
export function toSarif({ findings, problems, rules }: AuditReport, version: string): object {
  const indices = new Map(rules.map(({ id }, at) => [id, at]));
  const run = {
    tool: {
      driver: {
        name: 'holdup',
        version,
        rules: rules.map(({ id, title, severity }) => ({
          id,
          shortDescription: { text: title },
          help: { text: `docs/audit/${id}.md` },
          defaultConfiguration: { level: severity },
        })),
      },
    },
    columnKind: 'utf16CodeUnits',
    invocations: [{ executionSuccessful: true, toolExecutionNotifications: problems.map(toNotification) }],
    results: findings.map((finding) => toResult(finding, indices.get(finding.rule))),
  };
  return { $schema: SCHEMA, version: '2.1.0', runs: [run] };
}

function toResult(finding: Finding, ruleIndex: number | undefined): object {
  const { rule, severity, message, help, place, related = [], fix, fingerprint } = finding;
  return {
    ruleId: rule,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: severity,
    message: { text: `${message} ${help}` },
    locations: [{ physicalLocation: toLocation(place) }],
    ...(related.length === 0
      ? {}
      : {
          relatedLocations: related.map((it) => ({
            physicalLocation: toLocation(it.place),
            message: { text: it.message },
          })),
        }),
    partialFingerprints: { 'holdupLine/v1': fingerprint },
    ...(fix
      ? {
          fixes: [
            {
              description: { text: fix.title },
              artifactChanges: [
                {
                  artifactLocation: toArtifact(place.file),
                  replacements: fix.edits.map(({ start, end, text }) => ({
                    deletedRegion: { charOffset: start, charLength: end - start },
                    insertedContent: { text },
                  })),
                },
              ],
            },
          ],
        }
      : {}),
  };
}

function toNotification({ file, line, column, message }: Problem): object {
  const region = line === undefined ? {} : { region: { startLine: line, ...(column ? { startColumn: column } : {}) } };
  return {
    level: 'warning',
    message: { text: `${file}: ${message}` },
    locations: [{ physicalLocation: { artifactLocation: toArtifact(file), ...region } }],
  };
}

function toLocation({ file, line, column, endLine, endColumn }: Place): object {
  return {
    artifactLocation: toArtifact(file),
    region: { startLine: line, startColumn: column, endLine, endColumn },
  };
}

function toArtifact(file: string): object {
  // A running process that was asked.
  if (/^https?:\/\//.test(file)) return { uri: file };
  if (isAbsolute(file)) return { uri: pathToFileURL(file).href };
  return { uri: file.split('/').map(encodeURIComponent).join('/') };
}
