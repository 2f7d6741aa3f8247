import { packageOfGoName } from './go-name.ts';

/** What a frame means that is no work of the program's own. */
export interface Explanation {
  readonly text: string;
  /** The same in a few words, for within a box. */
  readonly brief: string;
  /** Index into the stack of the caller that really waits; absent: no caller does. */
  readonly waiter?: number;
}

/** V8's pseudo frames. Source: V8's `cpu-profiler` (`CodeEntry::k…Name`) and Node's documentation of `--cpu-prof`. */
const V8_STATES: ReadonlyMap<string, Explanation> = new Map([
  ['(root)', { brief: '', text: 'The bottom of every stack: no function.' }],
  [
    '(idle)',
    {
      brief: 'nothing to do',
      text:
        'The event loop had nothing to do: it waited for I/O or a timer. Not processor time, and not in itself a fault: what ' +
        'requests waited for meanwhile is in a wall-clock or block profile.',
    },
  ],
  [
    '(garbage collector)',
    {
      brief: 'JavaScript stood still',
      text:
        'V8 collected garbage and JavaScript stood still. The callers are whoever ran when it began, not necessarily whoever made ' +
        'the garbage: for that, take a heap profile.',
    },
  ],
  [
    '(program)',
    {
      brief: 'native code',
      text: 'Native code with no JavaScript on the stack: libuv, system calls, V8 compiling, native add-ons. The profiler cannot see further in.',
    },
  ],
]);

/** Whether a frame is where a goroutine gave up its thread: the leaf of every stack that waits. */
export function isParking(name: string): boolean {
  return PARKING.has(name);
}

/** How a goroutine gives up its thread. All else above it says why. */
const PARKING: ReadonlySet<string> = new Set([
  'runtime.gopark',
  'runtime.goparkunlock',
  'runtime.park_m',
  'runtime.goyield',
]);

/** Threads of Go's scheduler that look for work or sleep: in a CPU profile, the cost of waking up, not of the program. */
const SCHEDULER: ReadonlySet<string> = new Set(
  (
    'runtime.schedule runtime.findRunnable runtime.findrunnable runtime.stopm runtime.mPark runtime.notesleep runtime.notetsleep ' +
    'runtime.notetsleep_internal runtime.futexsleep runtime.futex runtime.netpoll runtime.epollwait runtime.kevent runtime.usleep ' +
    'runtime.osyield runtime.mcall runtime.semasleep runtime.pthread_cond_wait runtime.pthread_cond_timedwait_relative_np ' +
    'internal/runtime/syscall.EpollWait runtime/internal/syscall.EpollWait'
  ).split(' '),
);

/**
 * Why a goroutine is parked, by the function that called gopark or stands a little above it; the first found from the leaf on
 * counts. Source: the `waitReason` strings of Go 1.26's runtime2.go and the callers of gopark.
 */
const REASONS: readonly (readonly [names: string, reason: string])[] = [
  ['runtime.chanrecv', 'waits to receive from a channel nobody sends to yet'],
  ['runtime.chanrecv1', 'waits to receive from a channel nobody sends to yet'],
  ['runtime.chanrecv2', 'waits to receive from a channel nobody sends to yet'],
  ['runtime.chansend', 'waits to send to a channel nobody receives from (or whose buffer is full)'],
  ['runtime.chansend1', 'waits to send to a channel nobody receives from (or whose buffer is full)'],
  ['runtime.selectgo', 'waits in a select: none of its channels is ready'],
  ['runtime.block', 'waits for ever: an empty select'],
  ['runtime.netpollblock', 'waits for a socket, pipe or file to become ready'],
  ['internal/poll.runtime_pollWait', 'waits for a socket, pipe or file to become ready'],
  ['time.Sleep', 'sleeps (time.Sleep)'],
  ['runtime.timeSleep', 'sleeps (time.Sleep)'],
  ['sync.runtime_SemacquireMutex', 'waits for a sync.Mutex somebody else holds'],
  ['internal/sync.runtime_SemacquireMutex', 'waits for a sync.Mutex somebody else holds'],
  ['sync.runtime_SemacquireRWMutexR', 'waits to read-lock a sync.RWMutex a writer holds or waits for'],
  ['sync.runtime_SemacquireRWMutex', 'waits to lock a sync.RWMutex somebody else holds'],
  ['sync.runtime_SemacquireWaitGroup', 'waits for a sync.WaitGroup'],
  ['sync.runtime_Semacquire', 'waits for a semaphore: a WaitGroup or an RWMutex'],
  ['internal/poll.runtime_Semacquire', 'waits for another goroutine that uses the same descriptor'],
  ['sync.runtime_notifyListWait', 'waits for a sync.Cond to be signalled'],
  ['runtime.gcBgMarkWorker', 'is one of the collector’s own workers, at rest'],
  ['runtime.bgsweep', 'is the collector’s sweeper, at rest'],
  ['runtime.bgscavenge', 'is the collector’s scavenger, at rest'],
  ['runtime.forcegchelper', 'is the collector’s two-minute helper, at rest'],
  ['runtime.runfinq', 'is the finalizer goroutine, at rest'],
  ['runtime.runFinalizers', 'is the finalizer goroutine, at rest'],
  ['runtime.gcAssistAlloc', 'helps the collector: it allocates faster than garbage is found'],
  ['runtime.ensureSigM', 'handles signals for the runtime, at rest'],
  ['os/signal.signal_recv', 'waits for a signal'],
  ['runtime.coroswitch_m', 'waits for the other side of an iterator (iter.Pull)'],
];

const REASON_OF: ReadonlyMap<string, string> = new Map(REASONS);

/** How many frames below gopark a reason may stand: runtime plumbing is never deeper. */
const REASON_REACH = 8;

/**
 * Explains a frame that is a wait or a state rather than work.
 * @param stack Full function names, innermost first; the frame to explain is the first.
 * @returns undefined for ordinary code.
 */
export function explainFrame(stack: readonly string[]): Explanation | undefined {
  const [name = ''] = stack;
  const state = V8_STATES.get(name);
  if (state) return state;
  if (PARKING.has(name)) return explainParking(stack);
  if (SCHEDULER.has(name)) {
    return {
      brief: 'looks for work, or sleeps',
      text: 'Go’s scheduler looks for work, or its thread sleeps. Much of it in a CPU profile means many short sleeps and wake-ups, not slow code.',
    };
  }
  const reason = REASON_OF.get(name);
  return reason === undefined ? undefined : sayWait(stack, reason, 'This goroutine');
}

function explainParking(stack: readonly string[]): Explanation {
  const near = stack.slice(1, 1 + REASON_REACH);
  const reason = near.map((name) => REASON_OF.get(name)).find((found) => found !== undefined);
  const what = 'The goroutine is parked, it uses no processor';
  if (stack.length === 1) return { brief: 'parked: waits', text: `${what}. Its callers say what it waits for.` };
  if (reason === undefined) return sayWait(stack, 'the stack does not say for what', what);
  return sayWait(stack, `it ${reason}`, what);
}

function sayWait(stack: readonly string[], reason: string, what: string): Explanation {
  const join = reason.startsWith('it ') || reason.startsWith('the ') ? ': ' : ' ';
  const text = `${what}${join}${reason}.`;
  const brief = reason.startsWith('it ') ? reason.slice('it '.length) : reason;
  const waiter = findWaiter(stack);
  return waiter < 0 ? { text, brief } : { text, brief, waiter };
}

/** The first caller outside Go's own packages; else the first outside the plumbing of runtime, sync and poll. */
function findWaiter(stack: readonly string[]): number {
  const own = stack.findIndex((name) => !packageOfGoName(name).standard);
  return own >= 0 ? own : stack.findIndex((name) => !isPlumbing(packageOfGoName(name).path));
}

function isPlumbing(path: string): boolean {
  return (
    path === 'runtime' ||
    path === 'sync' ||
    path === 'time' ||
    path.startsWith('internal/') ||
    path.startsWith('runtime/')
  );
}
