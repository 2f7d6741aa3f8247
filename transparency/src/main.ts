import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { startPostgres } from '@holdup/testkit';
import { compare } from './compare/compare.ts';
import { behavioursOf } from './compare/observe.ts';
import { startOthers } from './compare/servers.ts';
import { SUBJECTS } from './compare/subjects.ts';
import type { Report, Row } from './compare/table.ts';

export { formatReport } from './compare/table.ts';

export const SUBJECT_NAMES = Object.keys(SUBJECTS);

export interface Options {
  /** Those of {@link SUBJECT_NAMES}. */
  readonly subjects: readonly string[];
  readonly nodes: readonly { readonly version: string; readonly path: string }[];
  readonly progress: (line: string) => void;
}

/** Compares each subject on each Node. Starts servers of its own. */
export async function runTransparency({ subjects, nodes, progress }: Options): Promise<Report> {
  const database = await startPostgres();
  const others = await startOthers(subjects);
  try {
    const { servers } = others;
    const present = subjects.filter((subject) => others.has(SUBJECTS[subject]?.needs));
    const jobs = nodes.flatMap((node) => present.map((subject) => ({ node, subject })));
    const rows: (Row | undefined)[] = jobs.map(() => undefined);
    const next = jobs.entries();
    const work = async () => {
      for (const [at, { node, subject }] of next) {
        const observe = SUBJECTS[subject]?.observe ?? behavioursOf(subject);
        const began = performance.now();
        const found = await compare(observe, { node: node.path, database: database.url, servers });
        const seconds = ((performance.now() - began) / 1_000).toFixed(1);
        progress(`Node ${node.version} ${subject}: ${found.differences.length} differences (${seconds} s)`);
        rows[at] = { subject, version: versionOf(subject), node: node.version, ...found };
      }
    };
    await Promise.all(Array.from({ length: availableParallelism() }, work));
    return { rows: rows.filter((row) => row !== undefined), skipped: others.skipped };
  } finally {
    await others.stop();
    await database.stop();
  }
}

/** Of an installed package: not all of them let their package.json be asked for. */
function versionOf(subject: string): string {
  const name = SUBJECTS[subject]?.module;
  if (name === undefined) return "Node's own";
  const require = createRequire(import.meta.url);
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      const { version }: { version: string } = require(`${folder}/${name}/package.json`);
      return version;
    } catch {}
  }
  return '';
}
