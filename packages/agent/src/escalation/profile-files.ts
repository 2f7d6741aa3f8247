import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { encodePprof } from '@holdup/profile';
import { AS_RUN } from '../profiling/source-maps.ts';
import { CPU_INTERVAL_US } from '../profiling/take.ts';
import { makeWallProfile } from '../profiling/wall-profile.ts';
import { WindowData } from '../profiling/window-data.ts';
import type { EscalatedWindow } from './escalation.ts';

/** The newest files of this process that stay; each has some 10 KB. */
const MAX_FILES = 20;

const compress = promisify(gzip);

/** Writes a closer look as a pprof file, CPU and waiting: `holdup-<pid>-<time>.pb.gz`. @throws Error when it cannot be written */
export async function writeProfile(folder: string, { v8, first, last }: EscalatedWindow): Promise<void> {
  const data = new WindowData(first);
  data.add(last);
  const comments = [
    `Holdup: closer look as requests turned late, process ${process.pid}, Node ${process.versions.node}`,
  ];
  const profile = makeWallProfile({ data, v8, intervalUs: CPU_INTERVAL_US, maps: AS_RUN, comments });
  const prefix = `holdup-${process.pid}-`;
  const time = new Date(data.originMs + data.from).toISOString().replaceAll(':', '');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${prefix}${time}.pb.gz`), await compress(encodePprof(profile)), { mode: 0o600 });
  const ours = (await readdir(folder)).filter((name) => name.startsWith(prefix)).sort();
  for (const name of ours.slice(0, -MAX_FILES)) await rm(join(folder, name), { force: true });
}
