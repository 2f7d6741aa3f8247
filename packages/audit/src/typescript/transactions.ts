import { queryAt } from './databases/queries.ts';
import { followHold } from './flow.ts';
import { findOpener, mayOpen } from './openers.ts';
import { originOf } from './origin.ts';
import {
  type Call,
  type FunctionNode,
  functionAround,
  isFunction,
  methodOf,
  type Node,
  nodesOf,
  receiverOf,
  remember,
  type Tree,
  textOf,
  unwrap,
} from './tree.ts';

/** A transaction that a library opens around a function: `prisma.$transaction(async (tx) => …)`. */
export interface Transaction {
  readonly call: Call;
  /** What it is asked of. */
  readonly handle: Node;
  readonly body: FunctionNode;
  /** The name the transaction has inside. */
  readonly given: string | undefined;
}

export function transactionsOf(tree: Tree): readonly Transaction[] {
  return remember(tree, transactionsOf, () =>
    nodesOf(tree, 'CallExpression').flatMap((call) => {
      const name = methodOf(call);
      const receiver = receiverOf(call);
      if (!receiver || name === undefined || !mayOpen(name)) return [];
      const path = originOf(tree, receiver)?.path ?? '';
      if (!findOpener(path, name)) return [];
      const body = call.arguments.map((it) => unwrap(it)).find(isFunction);
      if (!body) return [];
      const [first] = body.params;
      return [{ call, handle: receiver, body, given: first?.type === 'Identifier' ? first.name : undefined }];
    }),
  );
}

const BEGIN = /^\s*(?:begin|start\s+transaction)\b/i;
const FINISH = /^\s*(?:commit|rollback(?!\s+to))\b/i;
const FINISH_METHODS: ReadonlySet<string> = new Set([
  ...['commit', 'rollback', 'commitTransaction', 'rollbackTransaction', 'abortTransaction', 'release'],
]);

/** A transaction that a function opens by a statement, and what is evaluated before it ends. */
export interface OpenTransaction {
  readonly begin: Call;
  readonly held: readonly Node[];
}

export function openTransactionsOf(tree: Tree): readonly OpenTransaction[] {
  return remember(tree, openTransactionsOf, () =>
    nodesOf(tree, 'CallExpression').flatMap((begin) => {
      const receiver = receiverOf(begin);
      if (!receiver || !functionAround(begin) || !isBegin(tree, begin)) return [];
      const connection = textOf(tree, receiver);
      let statement: Node = begin;
      while (statement.parent && statement.parent.type !== 'BlockStatement') statement = statement.parent;
      const held: Node[] = [];
      followHold(
        {
          tree,
          isRelease: (node) => isFinish(tree, node, connection),
          isPresenceTest: () => false,
          onHeld: (node) => held.push(node),
        },
        statement,
      );
      return [{ begin, held }];
    }),
  );
}

function isBegin(tree: Tree, call: Call): boolean {
  const sql = queryAt(tree, call)?.sql;
  if (sql !== undefined) return BEGIN.test(sql);
  const name = methodOf(call);
  const receiver = receiverOf(call);
  const path = receiver ? originOf(tree, receiver)?.path : undefined;
  if (name === 'beginTransaction') return /^(?:mysql2?|mariadb)[/:]/.test(path ?? '');
  if (name !== 'startTransaction') return false;
  return /^typeorm:.*(?:createQueryRunner\(\)|QueryRunner\{\})$|^mongo(?:db|ose):/.test(path ?? '');
}

function isFinish(tree: Tree, node: Node, connection: string): boolean {
  if (node.type !== 'CallExpression') return false;
  const receiver = receiverOf(node);
  if (!receiver || textOf(tree, receiver) !== connection) return false;
  if (FINISH_METHODS.has(methodOf(node) ?? '')) return true;
  return FINISH.test(queryAt(tree, node)?.sql ?? '');
}
