import { queriesOf } from '../databases.ts';
import { hasLimit, isOff, readOptions } from '../options.ts';
import { originOf } from '../origin.ts';
import type { Rule } from '../rule.ts';
import { nodesOf, type Tree } from '../tree.ts';

export const unboundedQuery: Rule = {
  id: 'js/unbounded-query',
  severity: 'warning',
  title: 'A query has neither a timeout nor a way to be cancelled',
  libraries: true,
  *find(tree: Tree) {
    for (const { call, driver, bounded, help } of queriesOf(tree)) {
      if (bounded !== 'no') continue;
      const message = `This ${driver} query can run without end: no timeout is set for it, nor where its client is made.`;
      yield { node: call.callee, message, help };
    }
    yield* findKafka(tree);
  },
};

/** kafkajs ends requests after 30 s by itself; only switching that off is a hazard. */
function* findKafka(tree: Tree) {
  for (const node of nodesOf(tree, 'NewExpression')) {
    if (originOf(tree, node)?.path !== 'kafkajs:Kafka{}') continue;
    const options = readOptions(tree, node.arguments[0]);
    const enforced = options.properties.get('enforceRequestTimeout');
    const limit = options.properties.get('requestTimeout');
    const isUnlimited = (enforced && isOff(enforced)) || (limit && hasLimit(options, ['requestTimeout']) === 'no');
    if (!isUnlimited) continue;
    const message =
      'This Kafka client has its request timeout switched off: a broker that does not answer is waited for without end.';
    yield { node, message, help: 'Leave enforceRequestTimeout on (30 s by default).' };
  }
}
