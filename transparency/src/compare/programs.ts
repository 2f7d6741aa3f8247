import { fileURLToPath } from 'node:url';

/** A whole program that is run with the agent and without. */
export interface Program {
  readonly name: string;
  readonly args: readonly string[];
  /** Node's own flags. */
  readonly flags?: readonly string[];
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
