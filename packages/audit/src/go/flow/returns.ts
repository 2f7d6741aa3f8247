import type { Call } from '../syntax/ast.ts';
import type { Callee } from '../types/callee.ts';

/** Standard functions that do not come back. */
const ENDS = new Set([
  'panic',
  'os.Exit',
  'runtime.Goexit',
  'syscall.Exit',
  ...['Fatal', 'Fatalf', 'Fatalln', 'Panic', 'Panicf', 'Panicln'].flatMap((name) => [
    `log.${name}`,
    `log.Logger.${name}`,
  ]),
]);

/** Of any logger or test: by these names nothing comes back, in every library met so far. */
const ENDING_NAMES = new Set(['Fatal', 'Fatalf', 'Fatalln', 'FailNow', 'SkipNow', 'Skipf', 'Goexit']);

/** Whether a call to a function of another package can come back. */
export function outsideMayReturn(call: Call, callee: Callee | undefined): boolean {
  if (callee !== undefined && ENDS.has(callee.id)) return false;
  if (call.fun.kind !== 'Selector') return true;
  const { name } = call.fun.sel;
  if (callee?.id === `testing.common.${name}` && name === 'Skip') return false;
  return callee?.entry !== undefined || !ENDING_NAMES.has(name);
}
