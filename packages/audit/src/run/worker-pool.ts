import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FoundFile } from '../files/walk.ts';
import { planJobs } from './plan-jobs.ts';
import type { JobReport, Order } from './protocol.ts';

/** A process costs as long as this many files. */
const FILES_PER_WORKER = 60;
const MOST_WORKERS = 8;
/** Milliseconds; the slowest file of known projects takes a hundredth of it. */
const JOB_TIMEOUT_MS = 20_000;
/** Milliseconds that each file adds: a folder of hundreds is one job, and the machine may be busy. Thirty times what a file takes. */
const FILE_TIMEOUT_MS = 100;
/** Megabytes per worker; a file within the size limit needs a fifth. */
const HEAP_MB = 1_024;
/**
 * Megabytes for what is young. A package's trees live until its rules have run, then all of them die: with V8's own start of 1 MB they
 * are copied several times first. Takes a tenth off the processor time of an audit of Go's own source.
 */
const YOUNG = ['--min-semi-space-size=16', '--max-semi-space-size=64'];
const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));

type Ending = { readonly kind: 'done'; readonly report: JobReport } | { readonly kind: 'lost'; readonly why: string };

/** Processes that audit. They get ready while the files are still looked for. */
export class WorkerPool {
  readonly #idle: ChildProcess[] = [];
  #expected = 0;
  readonly #kinds = new Set<string>();

  /** This file will be in the jobs. */
  expect(path: string): void {
    this.#expected += 1;
    const wanted = Math.ceil(this.#expected / FILES_PER_WORKER);
    if (wanted > this.#idle.length && this.#idle.length < mostWorkers()) this.#grow(path);
    const kind = extname(path);
    if (this.#kinds.has(kind)) return;
    this.#kinds.add(kind);
    for (const worker of this.#idle) send(worker, { kind: 'prepare', path });
  }

  #grow(path: string): void {
    const worker = startWorker();
    // What becomes of it is seen by the job that is given to it.
    worker.on('error', () => {});
    this.#idle.push(worker);
    send(worker, { kind: 'prepare', path });
  }

  /**
   * Audits files. A job whose process dies or takes too long is done again file by file, and the file that does it alone is
   * named as a problem.
   * @param folderOf Files that belong together share it; undefined for those that stand alone.
   * @param onReport Called for each job, with how many files it had.
   */
  async run(
    files: readonly FoundFile[],
    folderOf: (file: FoundFile) => string | undefined,
    onReport: (report: JobReport, files: number) => void,
  ): Promise<void> {
    // Taken from the end. The large ones first: at the last nobody waits for one of them.
    const jobs = planJobs(files, folderOf).sort((a, b) => a.length - b.length);
    const count = Math.min(mostWorkers(), Math.ceil(files.length / FILES_PER_WORKER));
    const workers = Array.from({ length: count }, () => workOff(this.#idle.pop(), jobs, onReport));
    await Promise.all(workers);
  }

  /** Ends those that were never given a job. */
  close(): void {
    for (const worker of this.#idle.splice(0)) worker.kill('SIGKILL');
  }
}

function mostWorkers(): number {
  return Math.min(MOST_WORKERS, availableParallelism());
}

function send(worker: ChildProcess, order: Order, onError: (error: Error) => void = () => {}): void {
  worker.send(order, (error) => {
    if (error) onError(error);
  });
}

async function workOff(
  ready: ChildProcess | undefined,
  jobs: (readonly FoundFile[])[],
  onReport: (report: JobReport, files: number) => void,
): Promise<void> {
  let worker = ready;
  try {
    for (let job = jobs.pop(); job !== undefined; job = jobs.pop()) {
      worker ??= startWorker();
      const ending = await runJob(worker, job);
      if (ending.kind === 'done') {
        onReport(ending.report, job.length);
        continue;
      }
      worker.kill('SIGKILL');
      worker = undefined;
      const [only] = job;
      if (job.length > 1) jobs.push(...job.map((file) => [file]));
      else if (only) onReport(reportLost(only, ending.why), 1);
    }
  } finally {
    worker?.kill('SIGKILL');
  }
}

function startWorker(): ChildProcess {
  const env = { ...process.env };
  // What the user preloads is not meant for the parser.
  delete env.NODE_OPTIONS;
  const execArgv = [`--max-old-space-size=${HEAP_MB}`, ...YOUNG];
  return fork(WORKER, { env, execArgv, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
}

function runJob(worker: ChildProcess, files: readonly FoundFile[]): Promise<Ending> {
  return new Promise((resolve) => {
    const end = (ending: Ending): void => {
      clearTimeout(limit);
      worker.removeAllListeners();
      resolve(ending);
    };
    const limitMs = JOB_TIMEOUT_MS + files.length * FILE_TIMEOUT_MS;
    const limit = setTimeout(() => end({ kind: 'lost', why: `took more than ${limitMs / 1_000} s` }), limitMs);
    // Parsed edge: sent by worker.ts.
    worker.once('message', (report) => end({ kind: 'done', report: report as JobReport }));
    worker.once('error', (error) => end({ kind: 'lost', why: error.message }));
    worker.once('exit', (code, signal) =>
      end({ kind: 'lost', why: `its parser ended with ${signal ?? `code ${code}`}` }),
    );
    send(worker, { kind: 'job', files }, (error) => end({ kind: 'lost', why: error.message }));
  });
}

function reportLost({ name }: FoundFile, why: string): JobReport {
  return { findings: [], problems: [{ file: name, message: `not audited: ${why}` }], generated: 0, suppressed: 0 };
}
