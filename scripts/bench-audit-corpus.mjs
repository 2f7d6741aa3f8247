/**
 * `npm run bench:audit-corpus -- <rule> <path…> [--json]`: a rule against other people's expectations: the `// want` comments that Go's
 * analyzers keep in their test data. Compares lines, and on a line the number of findings. Exit 2 when it could not run.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { giveUp } from './bench-common.mjs';
import { ensure } from './ensure.mjs';

const USAGE = 'npm run bench:audit-corpus -- go/no-context ../noctx/testdata [--json]';

/** `// want "a" "b"` and with backquotes: each string is one expected finding on the line. */
const WANT = /\/\/ want ((?:"|`).*)$/;
const EACH = /"(?:[^"\\]|\\.)*"|`[^`]*`/g;

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false } },
    });
    const [rule, ...paths] = positionals;
    if (!rule?.includes('/') || paths.length === 0) throw new Error('a rule and a folder are needed');
    return { rule, paths, json: values.json };
  } catch (error) {
    return giveUp(`${error.message.split('\n')[0]}; usage: ${USAGE}`);
  }
}

/** Stubs of other modules lie in `vendor` and are nobody's expectation. */
function findGo(path) {
  if (!statSync(path).isDirectory()) return path.endsWith('.go') ? [path] : [];
  return readdirSync(path).flatMap((name) => (name === 'vendor' ? [] : findGo(join(path, name))));
}

function expectedByLine(text) {
  return text.split('\n').map((line) => WANT.exec(line)?.[1].match(EACH)?.length ?? 0);
}

function compare(files, findings) {
  const result = { right: 0, missed: [], extra: [] };
  for (const file of files) {
    const lines = readFileSync(file, 'utf8');
    const found = findings.get(file) ?? new Map();
    expectedByLine(lines).forEach((want, index) => {
      const got = found.get(index + 1) ?? 0;
      const place = `${file}:${index + 1}  ${lines.split('\n')[index].trim()}`;
      result.right += Math.min(want, got);
      for (let i = got; i < want; i += 1) result.missed.push(place);
      for (let i = want; i < got; i += 1) result.extra.push(place);
    });
  }
  return result;
}

const { rule, paths, json } = readArguments();
await ensure();
const { runAudit } = await import('../packages/audit/dist/index.js');
try {
  const files = paths.flatMap((path) => findGo(resolve(path)));
  const config = { folder: process.cwd(), exclude: [], rules: {} };
  const report = await runAudit({ paths: files, cwd: '/', config, only: [rule], ignore: [], tests: true });
  const findings = new Map();
  for (const { place } of report.findings) {
    const file = resolve('/', place.file);
    const lines = findings.get(file) ?? new Map();
    findings.set(file, lines.set(place.line, (lines.get(place.line) ?? 0) + 1));
  }
  const { right, missed, extra } = compare(files, findings);
  const share = (part, of) => (of === 0 ? 'none' : `${part}/${of} (${((100 * part) / of).toFixed(1)} %)`);
  if (json) process.stdout.write(`${JSON.stringify({ rule, right, missed, extra }, null, 2)}\n`);
  else {
    for (const place of missed) process.stdout.write(`missed  ${place}\n`);
    for (const place of extra) process.stdout.write(`extra   ${place}\n`);
    process.stdout.write(
      `${rule}: recall ${share(right, right + missed.length)}, precision ${share(right, right + extra.length)}\n`,
    );
  }
} catch (error) {
  giveUp(error.message);
}
