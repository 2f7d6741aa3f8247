import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ESLint as EslintClass } from 'eslint';
import { eslints } from './testing/eslints.ts';

const ROOM = fileURLToPath(new URL('../', import.meta.url));
const PAGES = join(ROOM, '../../docs/audit/js');

/** ESLint with the plugin as it is published, in a folder that has nothing else. */
async function openEslint(folderOfEslint: string): Promise<EslintClass> {
  const folder = mkdtempSync(join(tmpdir(), 'holdup-eslint-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const installed = join(folder, 'node_modules/eslint-plugin-holdup');
  mkdirSync(installed, { recursive: true });
  cpSync(join(ROOM, 'bundle'), join(installed, 'bundle'), { recursive: true });
  cpSync(join(ROOM, 'package.json'), join(installed, 'package.json'));
  symlinkSync(folderOfEslint, join(folder, 'node_modules/eslint'), 'dir');
  writeFileSync(
    join(folder, 'eslint.config.mjs'),
    "import holdup from 'eslint-plugin-holdup';\nexport default [holdup.configs.recommended];\n",
  );
  const { ESLint } = await import(pathToFileURL(join(folderOfEslint, 'lib/api.js')).href);
  return new ESLint({ cwd: folder });
}

function codeUnder(page: string, heading: string): string {
  return new RegExp(`## ${heading}\\n\\n\`\`\`ts\\n(.*?)\`\`\``, 's').exec(page)?.[1] ?? '';
}

/** Types are left out: ESLint's own parser reads JavaScript. */
function withoutTypes(code: string): string {
  return code.replace(/(\w): (?:pg\.PoolClient|AbortSignal|string(?:\[\])?)(?=[,)])/g, '$1');
}

for (const [major, folder] of eslints()) {
  describe(`in ESLint ${major}`, () => testIn(folder));
}

async function testIn(folder: string): Promise<void> {
  const eslint = await openEslint(folder);
  const lint = async (code: string) => (await eslint.lintText(code, { filePath: 'app.js' }))[0]?.messages ?? [];

  for (const file of readdirSync(PAGES).filter((it) => it !== 'accuracy.md')) {
    const name = file.replace('.md', '');
    it(`${name}: finds what holdup audit finds`, async () => {
      const page = readFileSync(join(PAGES, file), 'utf8');
      const wrong = await lint(withoutTypes(codeUnder(page, 'Wrong')));
      assert.deepEqual(
        wrong.filter(({ fatal }) => fatal),
        [],
      );
      assert.ok(
        wrong.some(({ ruleId }) => ruleId === `holdup/${name}`),
        JSON.stringify(wrong),
      );
      assert.deepEqual(await lint(withoutTypes(codeUnder(page, 'Right'))), []);
    });
  }

  it('suggests to pass a signal on', async () => {
    const [message] = await lint('export const load = (url, signal) => fetch(url, { method: "POST" });\n');
    assert.equal(message?.ruleId, 'holdup/signal-not-passed');
    assert.equal(message?.suggestions?.[0]?.fix.text, 'signal, ');
  });

  it('is silenced as any rule of ESLint is', async () => {
    assert.deepEqual(
      await lint('// eslint-disable-next-line holdup/unbounded-request\nawait fetch("https://a.example");\n'),
      [],
    );
  });
}
