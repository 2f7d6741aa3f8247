import { type Asking, keyOf, type Node } from './tree.ts';

/** The methods called on what a call gives, one after the other, and whether the chain is sent where it stands. */
export function chainOf(call: Asking): {
  readonly names: readonly string[];
  readonly last: Node;
  readonly ended: boolean;
} {
  const names: string[] = [];
  let last: Node = call;
  for (;;) {
    const member: Node | null | undefined = last.parent;
    if (member?.type !== 'MemberExpression' || member.object !== last) break;
    names.push(keyOf(member.property, member.computed) ?? '?');
    if (member.parent?.type !== 'CallExpression' || member.parent.callee !== member) break;
    last = member.parent;
  }
  const sends = names.includes('then') || names.includes('end') || names.includes('catch') || names.includes('finally');
  return { names, last, ended: sends || last.parent?.type === 'AwaitExpression' };
}
