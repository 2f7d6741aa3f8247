import type { See } from './stage.ts';

/** More turns than any chain of promises without I/O takes. */
const MAX_TURNS = 64;

/** What a promise settles with. */
export async function seeSettled(see: See, name: string, promise: PromiseLike<unknown>): Promise<void> {
  await promise.then(
    (value) => see(name, 'fulfilled', value),
    (error: unknown) => see(name, 'rejected', error),
  );
}

/** What a call returns or throws. */
export function seeCall(see: See, name: string, call: () => unknown): void {
  try {
    see(name, 'returns', call());
  } catch (error) {
    see(name, 'throws', error);
  }
}

/** The order in which promises settle. */
export async function seeOrder(see: See, promises: Readonly<Record<string, PromiseLike<unknown>>>): Promise<void> {
  const order: string[] = [];
  const note = (name: string, how: string) => () => void order.push(`${name} ${how}`);
  await Promise.all(
    Object.entries(promises).map(([name, promise]) => promise.then(note(name, 'fulfilled'), note(name, 'rejected'))),
  );
  see('order', order.join(', '));
}

/** After how many turns of the microtask queue a promise settles that waits for nothing outside. */
export async function seeTurns(see: See, name: string, promise: PromiseLike<unknown>): Promise<void> {
  let settled: string | undefined;
  promise.then(
    () => {
      settled = 'fulfilled';
    },
    () => {
      settled = 'rejected';
    },
  );
  for (let turn = 0; turn < MAX_TURNS && settled === undefined; turn++) await null;
  if (settled === undefined) see(name, 'settles later');
  else see(name, settled, 'at once');
}

/** Where promises settle among the turns of the microtask queue that follow now, and the immediates behind them. */
export async function seeLadder(see: See, promises: Readonly<Record<string, PromiseLike<unknown>>>): Promise<void> {
  let rung = 'turn 0';
  const settled = Object.entries(promises).map(([name, promise]) => {
    const note = (how: string) => () => see(name, how, 'at', rung);
    return promise.then(note('fulfilled'), note('rejected'));
  });
  for (let turn = 1; turn <= MAX_TURNS; turn++) {
    await null;
    rung = `turn ${turn}`;
  }
  rung = 'some time later';
  await Promise.all(settled);
}

/** How what runs now stands to ticks, microtasks, immediates and timers that it starts. */
export function seeTurn(see: See, name: string): Promise<void> {
  return new Promise((resolve) => {
    const order: string[] = [];
    setTimeout(() => order.push('timeout'), 1);
    setImmediate(() => order.push('immediate'));
    process.nextTick(() => order.push('tick'));
    queueMicrotask(() => order.push('microtask'));
    Promise.resolve()
      .then(() => order.push('then'))
      .then(() => order.push('then then'));
    // Immediate and timeout take turns as the clock wants it.
    setTimeout(() => {
      see(name, order.filter((what) => what !== 'timeout').join(', '));
      resolve();
    }, 5);
  });
}
