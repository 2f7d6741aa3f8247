import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { FoundFile } from '../files/walk.ts';
import { planJobs } from './plan-jobs.ts';
import type { JobReport } from './protocol.ts';

/** A process costs as long as this many files. */
const FILES_PER_WORKER = 60;
const MOST_WORKERS = 8;
/** Milliseconds; the slowest file of known projects takes a hundredth of it. */
const JOB_TIMEOUT_MS = 20_000;
/** Milliseconds that each file adds: a folder of hundreds is one job, and the machine may be busy. Thirty times what a file takes. */
const FILE_TIMEOUT_MS = 100;
/** Megabytes per worker; a file within the size limit needs a fifth. */
const HEAP_MB = 1_024;
const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));

type Ending = { readonly kind: 'done'; readonly report: JobReport } | { readonly kind: 'lost'; readonly why: string };

/**
 * Audits files in processes beside this one. A job whose process dies or takes too long is done again file by file, and
 * the file that does it alone is named as a problem.
 * @param ready A process that was started while the files were looked for; it has ended when this has.
 * @param folderOf Files that belong together share it; undefined for those that stand alone.
 * @param onReport Called for each job, with how many files it had.
 */
export async function runJobs(
  ready: ChildProcess,
  files: readonly FoundFile[],
  folderOf: (file: FoundFile) => string | undefined,
  onReport: (report: JobReport, files: number) => void,
): Promise<void> {
  // Taken from the end. The large ones first: at the last nobody waits for one of them.
  const jobs = planJobs(files, folderOf).sort((a, b) => a.length - b.length);
  const wanted = Math.ceil(files.length / FILES_PER_WORKER);
  const count = Math.min(MOST_WORKERS, availableParallelism(), wanted);
  const workers = Array.from({ length: count }, (_, at) => workOff(at === 0 ? ready : undefined, jobs, onReport));
  await Promise.all(workers);
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

export function startWorker(): ChildProcess {
  const env = { ...process.env };
  // What the user preloads is not meant for the parser.
  delete env.NODE_OPTIONS;
  const execArgv = [`--max-old-space-size=${HEAP_MB}`];
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
    worker.send({ files }, (error) => {
      if (error) end({ kind: 'lost', why: error.message });
    });
  });
}

function reportLost({ name }: FoundFile, why: string): JobReport {
  return { findings: [], problems: [{ file: name, message: `not audited: ${why}` }], generated: 0, suppressed: 0 };
}
