import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ESLint, RuleTester as RuleTesterClass } from 'eslint';
import { eslints } from './testing/eslints.ts';

/** Code, what is suggested and what the code becomes; without these it is wrong and nothing safe can be suggested. */
type Suggestion = readonly [rule: string, name: string, code: string, desc?: string, output?: string];

const POOL = `import pg from 'pg';
const pool = new pg.Pool({ connectionTimeoutMillis: 5, statement_timeout: 5 });
`;

const SUGGESTIONS: readonly Suggestion[] = [
  [
    'unbounded-request',
    'fetch without options',
    "await fetch('https://a.example');",
    'Add signal: AbortSignal.timeout(10_000)',
    "await fetch('https://a.example', { signal: AbortSignal.timeout(10_000) });",
  ],
  [
    'unbounded-request',
    'fetch with options',
    "await fetch('https://a.example', { method: 'PUT' });",
    'Add signal: AbortSignal.timeout(10_000)',
    "await fetch('https://a.example', { signal: AbortSignal.timeout(10_000), method: 'PUT' });",
  ],
  [
    'unbounded-request',
    'axios with a body',
    "import axios from 'axios';\nawait axios.post('https://a.example', {});",
    'Add timeout: 10_000',
    "import axios from 'axios';\nawait axios.post('https://a.example', {}, { timeout: 10_000 });",
  ],
  ['unbounded-request', 'axios without its body', "import axios from 'axios';\nawait axios.post('https://a.example');"],
  [
    'signal-not-passed',
    'a signal beside a timer',
    'export const a = (url, signal) => fetch(url, { signal: AbortSignal.timeout(5) });',
    'Pass signal on',
    'export const a = (url, signal) => fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(5)]) });',
  ],
  [
    'leaked-connection',
    'given back at the end',
    `${POOL}export async function a() {
  const client = await pool.connect();
  await client.query('SELECT 1 AS a');
  client.release();
}`,
    'Give it back in a finally',
    `${POOL}export async function a() {
  const client = await pool.connect();
try {
  await client.query('SELECT 1 AS a');
  
} finally {
client.release();
}
}`,
  ],
  [
    'leaked-connection',
    'returned before the answer is there',
    `${POOL}export async function a() {
  const client = await pool.connect();
  return client.query('SELECT 1 AS a');
}`,
  ],
  [
    'uncleared-abort-timer',
    'a timer without a name',
    `export async function a(url) {
  const control = new AbortController();
  setTimeout(() => control.abort(), 5);
  const answer = await fetch(url, { signal: control.signal });
  return answer.status;
}`,
    'Clear the timer in a finally',
    `export async function a(url) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), 5);
try {
  const answer = await fetch(url, { signal: control.signal });
  return answer.status;
} finally {
clearTimeout(timer);
}
}`,
  ],
  [
    'serial-awaits',
    'two reads',
    `import express from 'express';
${POOL}express().get('/', async (req, res) => {
  const { rows } = await pool.query('SELECT 1 AS a');
  const b = await pool.query('SELECT 2 AS b');
  res.json([rows, b]);
});`,
    'Wait for both at once',
    `import express from 'express';
${POOL}express().get('/', async (req, res) => {
  const [{ rows }, b] = await Promise.all([pool.query('SELECT 1 AS a'), pool.query('SELECT 2 AS b')]);
  res.json([rows, b]);
});`,
  ],
  [
    'sync-in-handler',
    'a file that is read',
    `import express from 'express';
import fs from 'node:fs';
express().get('/', async (req, res) => res.send(fs.readFileSync('a').toString()));`,
    'Use await fs.promises.readFile()',
    `import express from 'express';
import fs from 'node:fs';
express().get('/', async (req, res) => res.send((await fs.promises.readFile('a')).toString()));`,
  ],
  [
    'sync-in-handler',
    'in a function that is not async',
    `import express from 'express';
import fs from 'node:fs';
express().get('/', (req, res) => res.send(fs.readFileSync('a')));`,
  ],
];

const bundle = fileURLToPath(new URL('../bundle/index.js', import.meta.url));
const { default: plugin }: { default: ESLint.Plugin } = await import(pathToFileURL(bundle).href);

for (const [major, folder] of eslints()) {
  const { RuleTester }: { RuleTester: typeof RuleTesterClass } = await import(
    pathToFileURL(join(folder, 'lib/api.js')).href
  );
  describe(`suggestions in ESLint ${major}`, () => {
    for (const [rule, name, code, desc, output] of SUGGESTIONS) {
      const suggestions = desc === undefined || output === undefined ? [] : [{ desc, output }];
      it(`${rule}: ${name}`, () => test(new RuleTester(), rule, code, suggestions));
    }
  });
}

function test(
  tester: RuleTesterClass,
  name: string,
  code: string,
  suggestions: RuleTesterClass.SuggestionOutput[],
): void {
  const rule = plugin.rules?.[name];
  if (!rule) throw new Error(`there is no rule ${name}`);
  // Which words a message takes is the business of the rule's own tests.
  tester.run(name, rule, { valid: [''], invalid: [{ code, errors: [{ message: /./, suggestions }] }] });
}
