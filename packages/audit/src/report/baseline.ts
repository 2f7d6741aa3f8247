import { readFileSync, writeFileSync } from 'node:fs';
import type { Finding } from './finding.ts';

/** The baseline cannot be read, or is none. */
export class BaselineError extends Error {
  readonly code = 'HOLDUP_AUDIT_BASELINE';
}

const VERSION = 1;

/**
 * @returns Fingerprints of the findings that are known and do not count.
 * @throws BaselineError
 */
export function readBaseline(file: string): ReadonlySet<string> {
  const again = 'write it anew with --write-baseline';
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new BaselineError(`baseline ${file} cannot be read; ${again}`);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new BaselineError(`baseline ${file} is not JSON; ${again}`);
  }
  const version = fieldOf(parsed, 'version');
  const known = fieldOf(parsed, 'known');
  if (version !== VERSION || !Array.isArray(known)) throw new BaselineError(`baseline ${file} is none; ${again}`);
  const prints = known.map((item) => fieldOf(item, 'fingerprint'));
  const wrong = prints.findIndex((print) => typeof print !== 'string');
  if (wrong !== -1) throw new BaselineError(`baseline ${file}: known[${wrong}] has no fingerprint; ${again}`);
  return new Set(prints.filter((print) => typeof print === 'string'));
}

/** Sorted, one finding per line, so that its changes can be reviewed. @throws BaselineError */
export function writeBaseline(file: string, findings: readonly Finding[]): void {
  const lines = findings.map(({ rule, place, fingerprint }) => JSON.stringify({ rule, file: place.file, fingerprint }));
  const text = `{ "version": ${VERSION}, "known": [\n${lines.sort().join(',\n')}\n] }\n`;
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new BaselineError(
      `baseline ${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
