import { fileURLToPath } from 'node:url';

/** A whole program that is run with the agent and without. */
export interface Program {
  readonly name: string;
  readonly args: readonly string[];
  /** Node's own flags. */
  readonly flags?: readonly string[];
  readonly cwd?: string;
}

/** The agent's own tests run these too, and look closer: what the agent must say meanwhile. */
const FIXTURES = new URL('../../../packages/agent/src/e2e/fixtures/', import.meta.url);

const ENDINGS = [
  ...['nothing', 'at-once', 'throws', 'throws-in-handler', 'throws-in-finish', 'throws-in-response'],
  ...['throws-in-lookup', 'connect-refused', 'rejects', 'rejects-fetch-in-handler', 'rejects-lookup-in-handler'],
  ...['rejects-observed', 'caught-uncaught', 'exits-blocked', 'exits-pending', 'exits-hung', 'exit-listeners'],
  ...['unsettled', 'kills-itself', 'catches-signal', 'warns'],
];

const ENDINGS_OF_COMMONJS = ['throws', 'rejects', 'no-module', 'main'];

const SURFACES = ['process', 'stdio', 'functions', 'objects', 'listeners'];

/** What nobody catches. */
const FATAL = ['fetch', 'query', 'client', 'callback throws', 'pool without listener'];

/** How a process ends, and what it sees of itself on the way. */
export const PROGRAMS: readonly Program[] = [
  ...ENDINGS.map((name) => program(`ends: ${name}`, 'endings.mjs', name)),
  ...ENDINGS_OF_COMMONJS.map((name) => program(`ends: CommonJS, ${name}`, 'endings.cjs', name)),
  ...SURFACES.map((name) => program(`looks around: ${name}`, 'surface.mjs', name)),
  ...FATAL.map((name) => program(`uncaught: ${name}`, 'failures.mjs', 'request', name)),
  program('outside all fails', 'failures.mjs', 'request'),
  program('events of exchanges', 'events.mjs'),
];

function program(name: string, file: string, ...args: readonly string[]): Program {
  return { name, args: [fileURLToPath(new URL(file, FIXTURES)), ...args] };
}

/** Packages whose tests are published with them, installed by themselves: `npm run transparency` brings them. */
const PUBLISHED = new URL('../../published/node_modules/', import.meta.url);

/** Of fastify's: what comes near to Node's servers, streams, sockets, contexts and errors. */
const TESTS_OF_FASTIFY = [
  ...['listen.1', 'keep-alive-timeout', 'request-timeout', 'connection-timeout', 'close-pipelining', 'upgrade'],
  ...[
    'stream.1',
    'stream.5',
    'reply-trailers',
    'reply-early-hints',
    'reply-error',
    'hooks-async',
    'als',
    'async_hooks',
  ],
  ...['request-error', 'header-overflow', 'max-requests-per-socket', 'http2/plain', '500s', 'content-length'],
];

const TESTS_OF_LIGHT_MY_REQUEST = ['index', 'stream', 'request', 'response', 'async-await'];

export const FASTIFY_TESTS = publishedTests('fastify', TESTS_OF_FASTIFY);
export const LIGHT_MY_REQUEST_TESTS = publishedTests('light-my-request', TESTS_OF_LIGHT_MY_REQUEST);

/** Which tests pass, fail and are left out, in their order. */
function publishedTests(name: string, files: readonly string[]): Program[] {
  const cwd = fileURLToPath(new URL(`${name}/`, PUBLISHED));
  const flags = ['--test-reporter=tap'];
  return files.map((file) => ({ name: `test/${file}.test.js`, args: [`test/${file}.test.js`], flags, cwd }));
}
