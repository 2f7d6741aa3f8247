import { fileURLToPath } from 'node:url';
import type { Servers } from '../see/stage.ts';
import { runChild } from './child.ts';
import { withoutKnown } from './known.ts';
import type { Program } from './programs.ts';

/** What was seen, by behaviour. */
export type Observations = ReadonlyMap<string, string>;

export interface Variant {
  readonly node: string;
  readonly withAgent: boolean;
  /** Connection string. */
  readonly database: string;
  readonly servers: Servers;
}

/** Runs what is compared. `only`: these behaviours and no others; absent: all. */
export type Observe = (variant: Variant, only?: readonly string[]) => Promise<Observations>;

const PROGRAM = fileURLToPath(new URL('../program.js', import.meta.url));

/** What the program itself did beside its behaviours: its end and its stderr. */
const WHOLE = 'the process as a whole';

/** Observes the behaviours of `behaviours/<subject>.ts`, all in one process. */
export function behavioursOf(subject: string): Observe {
  return async ({ node, withAgent, database, servers }, only = []) => {
    const names = only.filter((name) => name !== WHOLE);
    const env = { DATABASE: database, SERVERS: JSON.stringify(servers) };
    const run = await runChild({ node, withAgent, args: [PROGRAM, subject, ...names], env });
    const seen = new Map<string, string>();
    const rest: string[] = [];
    for (const line of run.stdout) {
      if (!line.startsWith('{"name":')) rest.push(line);
      else {
        const { name, lines }: { name: string; lines: readonly string[] } = JSON.parse(line);
        seen.set(name, lines.flatMap((text) => run.visible(withoutKnown(text))).join('\n'));
      }
    }
    seen.set(WHOLE, [run.end, ...rest, ...run.stderr].join('\n'));
    return seen;
  };
}

/** How long a test took. */
const TOOK = /\bduration_ms\b/;

/** Observes whole programs: how each ends, and what it writes. */
export function programsOf(programs: readonly Program[]): Observe {
  return async ({ node, withAgent, database }, only) => {
    const seen = new Map<string, string>();
    for (const { name, ...program } of programs) {
      if (only !== undefined && !only.includes(name)) continue;
      const run = await runChild({ node, withAgent, ...program, env: { DATABASE: database } });
      const stdout = run.stdout.filter((line) => !TOOK.test(line));
      seen.set(name, [run.end, ...stdout, '-- stderr', ...run.stderr].join('\n'));
    }
    return seen;
  };
}
