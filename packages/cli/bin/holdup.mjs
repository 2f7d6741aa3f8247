#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(main)) {
  process.exitCode = await (await import('../dist/main.js')).main(process.argv.slice(2));
} else {
  process.stderr.write('holdup: not built yet; run npm run build in the repository\n');
  process.exitCode = 2;
}
