/** Milliseconds of `reference` on the machine whose times the declarations were written on. */
const WRITTEN_ON_MS = 1.3;
const TRIES = 5;

/** What takes `ms` of processor time on the machine the declarations were written on takes so long on this one. */
export function machineMs(ms: number): number {
  return (ms * Math.min(...Array.from({ length: TRIES }, timeReference))) / WRITTEN_ON_MS;
}

function timeReference(): number {
  const start = performance.now();
  let sum = 0;
  const list = Array.from({ length: 4_000 }, (_, index) => ({ index, text: `entry ${index}` }));
  for (let round = 0; round < 2; round++) sum += JSON.stringify(list).length;
  return sum > 0 ? performance.now() - start : 0;
}
