import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { encodePprof, type Profile } from '@holdup/profile';
import type { Taken } from '../profiling/cpu-profile.ts';
import { mainThreadOf, type StuckError } from '../profiling/main-thread.ts';
import { SourceMaps, type Sources } from '../profiling/source-maps.ts';
import { CPU_INTERVAL_US, takeWindow } from '../profiling/take.ts';
import { type Answer, BadQuery, refuse } from './answer.ts';
import type { DebugSite, Route } from './route.ts';

/** Longer windows would make the thread's memory the limit, and nobody waits for them. Seconds. */
const MAX_SECONDS = 300;

const compress = promisify(gzip);

/** No signs, exponents or hexadecimal digits: a typo must not become a window. */
const SECONDS = /^\d+(?:\.\d*)?$|^\.\d+$/;

/** `seconds=`, as Go has it: a whole number or a fraction. @throws BadQuery */
export function readSeconds(query: URLSearchParams, standard: number): number {
  const text = query.get('seconds');
  if (text === null || text === '') return standard;
  const seconds = SECONDS.test(text) ? Number(text) : Number.NaN;
  if (seconds > 0 && seconds <= MAX_SECONDS) return seconds;
  throw new BadQuery(
    `seconds: ${JSON.stringify(text.slice(0, 40))} is not a number above 0, up to ${MAX_SECONDS}; write ?seconds=${standard}`,
  );
}

/** Go's profiles have a text form, too; of ours only the goroutines do, and bytes in a terminal help nobody. @throws BadQuery */
export function refuseText(query: URLSearchParams, path: string): void {
  const debug = query.get('debug') ?? '0';
  if (debug === '0' || debug === '') return;
  throw new BadQuery(`debug: there is no text form; read it with: go tool pprof -top http://<this address>${path}`);
}

/** Until the time is over or whoever asked has gone; then it rejects. */
export function sleepFor(site: DebugSite): (ms: number) => Promise<void> {
  return (ms) =>
    new Promise((resolve, reject) => {
      const { gone } = site;
      const leave = () => {
        clearTimeout(timer);
        reject(new Error('whoever asked has gone'));
      };
      const timer = setTimeout(() => {
        gone.removeEventListener('abort', leave);
        resolve();
      }, ms);
      if (gone.aborted) leave();
      else gone.addEventListener('abort', leave, { once: true });
    });
}

/** Named in a profile's comments; more are counted. */
const MAX_SKIPPED = 10;

/** Whose lines are those of the code that ran, though it has a map. */
function describeSkipped({ skipped }: Sources): string[] {
  const more = skipped.length - MAX_SKIPPED;
  const lines = skipped.slice(0, MAX_SKIPPED).map((why) => `source map not used: ${why}`);
  return more > 0 ? [...lines, `source map not used: ${more} more files`] : lines;
}

/** @param maps with which it was made: those that could not be used are told in its comments */
export async function pprofAnswer(made: Profile, name: string, maps: Sources): Promise<Answer> {
  const profile = { ...made, comments: [...made.comments, ...describeSkipped(maps)] };
  return {
    status: 200,
    type: 'application/octet-stream',
    body: await compress(encodePprof(profile)),
    headers: { 'content-disposition': `attachment; filename="${name}.pb.gz"` },
  };
}

export interface WindowRoute {
  readonly path: string;
  readonly title: string;
  /** For the file and for whoever has to wait: `CPU profile`. */
  readonly what: string;
  readonly standardSeconds: number;
  /** Needs V8's CPU profiler. */
  readonly cpu: boolean;
  answer(taken: Taken): Promise<Answer>;
}

/** An endpoint that watches for `?seconds=` and then says what it saw. */
export function windowRoute({ path, title, what, standardSeconds, cpu, answer }: WindowRoute): Route {
  return {
    path,
    title,
    async handle(query, site) {
      const seconds = readSeconds(query, standardSeconds);
      refuseText(query, path);
      return profileAnswer(site, `${what}, ${seconds} s`, async (onStuck) => {
        const { data, v8 } = await site.withSession((session) => {
          return takeWindow(mainThreadOf(site, session, onStuck), { ms: seconds * 1_000, cpu, sleep: sleepFor(site) });
        });
        const maps = new SourceMaps();
        return answer({ data, v8, intervalUs: CPU_INTERVAL_US, maps, comments: commentsOf(what, seconds, cpu) });
      });
    },
  };
}

/**
 * One profile at a time. A native call that takes too long is said when it does; the profile is at work until what it has switched
 * on is off again. Who wants the head alone waits for nothing.
 */
export function profileAnswer(
  site: DebugSite,
  who: string,
  make: (onStuck: (error: StuckError) => void) => Promise<Answer>,
): Promise<Answer> {
  if (site.isHead) return Promise.resolve({ status: 200, type: 'application/octet-stream', body: '' });
  return new Promise((resolve, reject) => {
    const onStuck = (error: StuckError) => resolve(refuse(503, error.message));
    site.exclusive(who, () => make(onStuck)).then(resolve, reject);
  });
}

const LABELS =
  'route and trace_id of CPU samples come from looking into the running code every 15 ms; where no look saw the same call there is no label';

export function commentsOf(what: string, seconds: number, cpu: boolean): string[] {
  const lines = [
    `Holdup: ${what} of ${seconds} s, process ${process.pid}, Node ${process.versions.node}, main thread only`,
  ];
  if (cpu) lines.push(LABELS);
  return lines;
}
