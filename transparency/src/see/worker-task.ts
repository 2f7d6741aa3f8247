import { threadId } from 'node:worker_threads';
import { pause } from './wire.ts';

/** What the pools of workers run. */
interface Asked {
  readonly ms?: number;
  readonly fail?: boolean;
  readonly exit?: number;
}

/** A task for piscina and tinypool: waits, fails or ends its worker as it is told. */
export default async function work({ ms = 1, fail = false, exit }: Asked): Promise<string> {
  await pause(ms);
  if (fail) throw Object.assign(new RangeError('of a task'), { code: 'E_TASK' });
  if (exit !== undefined) process.exit(exit);
  return `done, ${threadId > 0 ? 'in a thread' : 'in the main thread'}`;
}

export function other(value: unknown): unknown {
  return [typeof value, value instanceof MessagePort];
}
