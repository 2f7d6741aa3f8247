#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
const ensure = new URL('../../../scripts/ensure.mjs', import.meta.url);
// In a clone of the repository the first call builds; a published package brings what it needs.
if (!existsSync(main) && existsSync(ensure)) await (await import(ensure.href)).ensure();
process.exitCode = await (await import(main.href)).main(process.argv.slice(2));
