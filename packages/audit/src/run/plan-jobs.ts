import type { FoundFile } from '../files/walk.ts';

/** Enough to make the messages cheap, few enough to share the work evenly. */
const FILES_PER_JOB = 24;

/** Packs files into jobs; those that belong together come into the same one, however many they are. */
export function planJobs(
  files: readonly FoundFile[],
  folderOf: (file: FoundFile) => string | undefined,
): (readonly FoundFile[])[] {
  const units = new Map<string, FoundFile[]>();
  for (const file of files) {
    const key = folderOf(file) ?? file.path;
    const unit = units.get(key);
    if (unit) unit.push(file);
    else units.set(key, [file]);
  }
  const jobs: FoundFile[][] = [];
  let job: FoundFile[] = [];
  for (const unit of units.values()) {
    if (job.length > 0 && job.length + unit.length > FILES_PER_JOB) {
      jobs.push(job);
      job = [];
    }
    job.push(...unit);
  }
  if (job.length > 0) jobs.push(job);
  return jobs;
}
