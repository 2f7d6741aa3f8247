import { isRequestCode } from '../handlers.ts';
import { originOf } from '../origin.ts';
import type { Rule } from '../rule.ts';
import { isFunction, nodesOf, type Tree, unwrap } from '../tree.ts';

const LOOKUP = /^dns:(?:promises\.)?lookup$|^dns\/promises:lookup$/;

export const dnsLookup: Rule = {
  id: 'js/dns-lookup',
  severity: 'warning',
  title: 'dns.lookup() for each request queues in two slots',
  words: /\blookup\b/,
  *find(tree: Tree) {
    for (const call of nodesOf(tree, 'CallExpression')) {
      if (!LOOKUP.test(originOf(tree, unwrap(call.callee))?.path ?? '')) continue;
      if (!isRequestCode(tree, call) && !isMany(call)) continue;
      yield {
        node: call.callee,
        message:
          'dns.lookup() goes through getaddrinfo, of which Node runs two at once and which nothing cancels: one slow name makes all other lookups wait.',
        help: 'Use dns.resolve4() / resolve6() (they do not read /etc/hosts), or a cache in front of it.',
      };
    }
  },
};

/** In a loop, or for each item of a list. */
function isMany(call: { parent?: unknown } & Parameters<typeof unwrap>[0]): boolean {
  for (let at = call.parent; at; at = at.parent) {
    if (/^(?:For|ForOf|ForIn|While|DoWhile)Statement$/.test(at.type)) return true;
    if (!isFunction(at)) continue;
    const outer = at.parent;
    if (outer?.type !== 'CallExpression' || outer.callee.type !== 'MemberExpression') return false;
    return outer.callee.property.type === 'Identifier' && /^(?:map|forEach|flatMap)$/.test(outer.callee.property.name);
  }
  return false;
}
