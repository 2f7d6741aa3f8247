/**
 * Makes what is published out of what tsc built: the agent in one file, its private rooms inside. The host loads one file
 * instead of a hundred: a third of the start-up time and 10 MB less memory (`npm run bench:memory`).
 */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run-quiet.mjs';

const AGENT = join(root, 'packages/agent');

/** @throws Error when the build is not there or an import cannot be resolved */
export async function bundleAgent() {
  // Not at the top: this file is loaded before the packages are installed.
  const { build } = await import('esbuild');
  const built = (name) => join(AGENT, 'dist', name);
  const outdir = join(AGENT, 'bundle');
  rmSync(outdir, { recursive: true, force: true });
  await build({
    // The watchdog starts its thread from the file beside its own.
    entryPoints: { register: built('register.js'), index: built('index.js'), thread: built('watchdog/thread.js') },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
  writeTypes(outdir);
}

/** The script and the style of a flame graph's page, which `packages/flame` writes into every page. */
export async function bundleFlamePage() {
  const { build } = await import('esbuild');
  const flame = join(root, 'packages/flame');
  await build({
    entryPoints: { page: join(flame, 'browser/main.ts') },
    outdir: join(flame, 'bundle'),
    bundle: true,
    minify: true,
    // The page declares UTF-8; but nothing in it may end the element it stands in.
    charset: 'utf8',
    format: 'iife',
    platform: 'browser',
    target: ['chrome103', 'firefox113', 'safari16.4'],
    logLevel: 'error',
  });
}

/** The plugin in one file, the rules inside: it installs with nothing beside it. */
export async function bundleEslintPlugin() {
  const { build } = await import('esbuild');
  const plugin = join(root, 'packages/eslint-plugin-holdup');
  const outdir = join(plugin, 'bundle');
  rmSync(outdir, { recursive: true, force: true });
  await build({
    entryPoints: { index: join(plugin, 'dist/index.js') },
    outdir,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'node20',
    logLevel: 'error',
  });
  const types =
    "import type { ESLint } from 'eslint';\n\ndeclare const plugin: ESLint.Plugin;\nexport default plugin;\n";
  writeFileSync(join(outdir, 'index.d.ts'), types);
}

/** The public types, with the private room they come from beside them. */
function writeTypes(outdir) {
  cpSync(join(root, 'packages/model/dist'), join(outdir, 'model'), {
    recursive: true,
    filter: (path) => !/\.\w+$/.test(path) || (path.endsWith('.d.ts') && !path.includes('.test.')),
  });
  for (const name of ['index.d.ts', 'register.d.ts', 'track.d.ts']) {
    const text = readFileSync(join(AGENT, 'dist', name), 'utf8');
    const types = text.replaceAll("'@holdup/model'", "'./model/index.js'").replace(/^\/\/# sourceMappingURL=.*$/m, '');
    writeFileSync(join(outdir, name), types);
  }
}
