import { findConnections } from '../databases/connections.ts';
import { endlessClients, type Maker } from '../databases/limits.ts';
import { type Query, queriesOf } from '../databases/queries.ts';
import type { Report, Rule } from '../rule.ts';
import { calleeOf, type Node, startOf, type Tree } from '../tree.ts';

/** Lines that a finding shows of what is behind it. */
const MOST_SHOWN = 5;
const NOUNS = ['query', 'queries'] as const;

export const unboundedQuery: Rule = {
  id: 'js/unbounded-query',
  severity: 'warning',
  title: 'A query has neither a timeout nor a way to be cancelled',
  libraries: true,
  *find(tree: Tree) {
    const unbounded = queriesOf(tree).filter(({ bounded }) => bounded === 'no');
    for (const [made, queries] of byMaker(unbounded)) yield describePool(tree, made, queries);
    yield* findConnections(tree);
    yield* findUnused(tree);
  },
};

function byMaker(queries: readonly Query[]): Map<Maker, Query[]> {
  const makers = new Map<Node, Maker>();
  const groups = new Map<Maker, Query[]>();
  for (const query of queries) {
    if (!query.made) continue;
    const maker = makers.get(query.made.made) ?? query.made;
    makers.set(maker.made, maker);
    groups.set(maker, [...(groups.get(maker) ?? []), query]);
  }
  return groups;
}

function describePool(tree: Tree, maker: Maker, queries: readonly Query[]): Report {
  const [first] = queries;
  const isSource = maker.tree === tree;
  const driver = first?.driver ?? '';
  const shown = (isSource ? queries : queries.slice(1)).slice(0, MOST_SHOWN);
  return {
    node: isSource || !first ? calleeOfMade(maker.made) : calleeOf(first.call),
    message: isSource
      ? describeClient(driver)
      : `This ${driver} query can run without end: no timeout is set for it, nor where its client is made.`,
    help: first?.help ?? '',
    related: shown.map(({ call }) => ({ node: calleeOf(call), message: 'is not bounded' })),
    group: { key: keyOf(maker), count: queries.length, isSource, nouns: NOUNS },
  };
}

function describeClient(driver: string): string {
  return `What is asked of this ${driver} client can run without end: no timeout is set where it is made, nor for its queries.`;
}

/** A client without a limit that this file itself asks nothing: others may. */
function* findUnused(tree: Tree): Generator<Report> {
  const used = new Set(queriesOf(tree).map(({ made }) => made?.made));
  for (const { maker, driver } of endlessClients(tree)) {
    if (used.has(maker.made)) continue;
    yield {
      ...describePool(tree, maker, []),
      message: describeClient(driver.name),
      help: driver.help,
    };
  }
}

function keyOf({ made, tree }: Maker): string {
  return `${tree.home?.path ?? ''}:${startOf(made)}`;
}

function calleeOfMade(made: Node): Node {
  return made.type === 'NewExpression' || made.type === 'CallExpression' ? made.callee : made;
}
