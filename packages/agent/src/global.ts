import type { Agent } from './agent.ts';

/** One agent per thread, however many copies of this package are loaded. */
const KEY = Symbol.for('holdup.agent');

type Global = { [KEY]?: Agent };

export function installedAgent(): Agent | undefined {
  return (globalThis as Global)[KEY];
}

export function installAgent(agent: Agent): void {
  Object.defineProperty(globalThis, KEY, { value: agent, configurable: true, enumerable: false });
}
