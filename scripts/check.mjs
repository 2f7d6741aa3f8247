/** `npm run check`: format and lint, types, rooms, lockfile, unused code. Every check runs, whatever the others say. */
import { readFileSync } from 'node:fs';
import { ensure } from './ensure.mjs';
import { npmCommand, npmReason, root, runQuiet, toolCommand } from './run-quiet.mjs';

const checks = [
  ['format and lint', () => runTool('Biome', '@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.'])],
  ['types', () => runTool('TypeScript', 'typescript/bin/tsc', ['-b', '--pretty', 'false'])],
  ['rooms', checkRooms],
  ['lockfile', checkLockfile],
  ['unused code', () => runTool('Knip', 'knip/bin/knip.js', ['--no-progress', '--no-config-hints'])],
];

async function runTool(what, script, args) {
  const { code, output } = await runQuiet(what, ...toolCommand(script, args));
  return { ok: code === 0, output };
}

/** What a fresh clone will do, without doing it. */
async function checkLockfile() {
  const { code, output } = await runQuiet('npm ci', ...npmCommand(['ci', '--dry-run', '--ignore-scripts']));
  const missing = output.split('\n').filter((line) => /(Missing|Invalid): /.test(line));
  return {
    ok: code === 0,
    output: [npmReason(output), ...missing, 'repair it with: npm install && npm run lock'].join('\n'),
  };
}

async function checkRooms() {
  const { checkImports } = await import('./check-imports.mjs');
  const table = JSON.parse(readFileSync(new URL('./rooms.json', import.meta.url), 'utf8'));
  const { problems, files, imports } = checkImports(root, table);
  const debt = table.debt.length > 0 ? `, ${table.debt.length} owed` : '';
  return {
    ok: problems.length === 0,
    output: problems.join('\n'),
    note: `${imports} imports in ${files} files${debt}`,
  };
}

await ensure({ build: false });
let failed = 0;
for (const [name, check] of checks) {
  const started = performance.now();
  const { ok, output, note } = await check().catch((error) => ({ ok: false, output: String(error.stack ?? error) }));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${ok ? '✓' : '✗'} ${name}${note ? `: ${note}` : ''} (${seconds} s)\n`);
  if (!ok) {
    failed += 1;
    process.stdout.write(`${output.trimEnd().replace(/^/gm, '    ')}\n`);
  }
}
process.stdout.write(failed === 0 ? 'all checks passed\n' : `${failed} of ${checks.length} checks failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
