/**
 * A node:test reporter: one line per test file, failures in full, and a last line of counts for scripts/test.mjs to add up.
 * Counts tests, not suites. A suite counts only when it failed by itself, a hook for instance, not through its tests.
 */
import { relative } from 'node:path';
import { inspect } from 'node:util';

export const COUNTS_MARK = '#holdup-counts ';

export default async function* report(events) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const files = new Map();
  let current;
  for await (const { type, data } of events) {
    const file = fileOf(files, data.file);
    if (type === 'test:stdout' || type === 'test:stderr') file.output += data.message;
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    // The runner reports file after file: another name means that the one before is done.
    if (current && current !== file) yield* renderFile(current);
    current = file;
    count(file, type, data);
  }
  if (current) yield* renderFile(current);
  for (const file of files.values()) for (const key of Object.keys(counts)) counts[key] += file[key];
  yield `${COUNTS_MARK}${JSON.stringify(counts)}\n`;
}

function count(file, type, data) {
  if (data.nesting === 0) file.ms += data.details.duration_ms;
  const verdict = judge(type, data);
  if (verdict === 'none') return;
  file[verdict] += 1;
  if (verdict === 'failed') file.failures.push(data);
  if (verdict === 'skipped') file.skips.push(`${data.name}: ${data.skip || data.todo || 'no reason given'}`);
}

function fileOf(files, path = '(no file)') {
  const name = relative(process.cwd(), path);
  const known = files.get(name);
  if (known) return known;
  const file = { name, passed: 0, failed: 0, skipped: 0, ms: 0, failures: [], skips: [], output: '' };
  files.set(name, file);
  return file;
}

function judge(type, data) {
  const isSet = (mark) => mark !== undefined && mark !== false;
  if (isSet(data.skip) || isSet(data.todo)) return 'skipped';
  if (type === 'test:pass') return data.details.type === 'suite' ? 'none' : 'passed';
  const throughItsTests = data.details.error?.failureType === 'subtestsFailed';
  return throughItsTests ? 'none' : 'failed';
}

function* renderFile(file) {
  if (file.passed + file.failed + file.skipped === 0) return;
  const parts = [`${file.passed} passed`];
  if (file.failed > 0) parts.push(`${file.failed} FAILED`);
  if (file.skipped > 0) parts.push(`${file.skipped} skipped`);
  yield `  ${file.failed > 0 ? '✗' : '✓'} ${file.name}: ${parts.join(', ')} (${(file.ms / 1000).toFixed(1)} s)\n`;
  for (const skip of file.skips) yield `      skipped ${skip}\n`;
  for (const failure of file.failures) {
    yield `\n    FAILED ${failure.name}\n    ${file.name}:${failure.line ?? ''}\n`;
    const { error } = failure.details;
    const cause = error?.cause instanceof Error || typeof error?.cause === 'object' ? error.cause : error;
    yield `${indent(cause?.stack ?? inspect(cause))}\n\n`;
  }
  if (file.failed > 0 && file.output !== '') yield `    it printed:\n${indent(file.output.trimEnd())}\n\n`;
}

function indent(text) {
  return text.replace(/^/gm, '      ');
}
