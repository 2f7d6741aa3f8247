/** Something a program could tell the agent by if it looked for it, and why it is so. Left out of what is compared. */
export interface Known {
  readonly what: string;
  readonly why: string;
  /** What stands in an observation for it. */
  readonly marks: readonly RegExp[];
}

export const KNOWN: readonly Known[] = [
  {
    what: 'the property Symbol(kResourceStore) of timers, sockets and the like on Node 20 and 22',
    why: 'Node puts it there for any AsyncLocalStorage in use, and the agent has one',
    marks: [
      /,\s*\[Symbol\(kResourceStore\)\]: (\[\w+\]|undefined)/g,
      /\[Symbol\(kResourceStore\)\]: (\[\w+\]|undefined),\s*/g,
    ],
  },
  {
    what: 'the property Symbol(fastify.diagnosticsStore) of a reply',
    why: 'Fastify puts it there for any subscriber of its diagnostics channel, its only way to tell the route',
    marks: [/\s*\[?Symbol\(fastify\.diagnosticsStore\)\]?: \[Object\],?/g, / Symbol\(fastify\.diagnosticsStore\)/g],
  },
];

export function withoutKnown(text: string): string {
  return KNOWN.flatMap(({ marks }) => marks).reduce((rest, mark) => rest.replaceAll(mark, ''), text);
}
