/** A node of ESTree, as far as this reader looks at it. */
export interface EsNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

export function isNode(value: unknown): value is EsNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

export function child(node: EsNode | undefined, field: string): EsNode | undefined {
  const value = node?.[field];
  return isNode(value) ? value : undefined;
}

export function children(node: EsNode | undefined, field: string): EsNode[] {
  const value = node?.[field];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

export function nameOf(node: EsNode | undefined): string | undefined {
  if (node?.type === 'Identifier' && typeof node.name === 'string') return node.name;
  return node?.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;
}

/** Without parentheses, `as`, `satisfies`, `!` and `await`. */
export function bare(node: EsNode | undefined): EsNode | undefined {
  let here = node;
  while (
    here &&
    /^(?:ParenthesizedExpression|TSAsExpression|TSSatisfiesExpression|TSNonNullExpression|ChainExpression)$/.test(
      here.type,
    )
  )
    here = child(here, 'expression');
  return here?.type === 'AwaitExpression' ? bare(child(here, 'argument')) : here;
}

/** Every node below, without recursion: source may nest as deep as it likes. */
export function* walk(root: EsNode): Generator<EsNode> {
  const stack: EsNode[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    yield node;
    for (const value of Object.values(node).reverse()) {
      if (Array.isArray(value))
        for (let index = value.length - 1; index >= 0; index -= 1) isNode(value[index]) && stack.push(value[index]);
      else if (isNode(value)) stack.push(value);
    }
  }
}

/** What an arrow function or a function with a single return gives: the options of a `useFactory`. */
export function returned(fn: EsNode | undefined): EsNode | undefined {
  const body = bare(child(fn, 'body'));
  if (body?.type !== 'BlockStatement') return body;
  const returns = children(body, 'body').filter(({ type }) => type === 'ReturnStatement');
  return returns.length === 1 ? child(returns[0], 'argument') : undefined;
}

/** `undefined` too where something that is not known is spread in behind it: that may say otherwise. */
export function property(object: EsNode | undefined, name: string): EsNode | undefined {
  if (object?.type !== 'ObjectExpression') return undefined;
  const found = children(object, 'properties').findLast(
    (it) =>
      it.type === 'SpreadElement' ||
      (it.type === 'Property' && it.computed !== true && nameOf(child(it, 'key')) === name),
  );
  return child(found, 'value');
}

/** An options object with something spread into it may say more than is seen. */
export function hasSpread(object: EsNode | undefined): boolean {
  return children(object, 'properties').some(({ type }) => type === 'SpreadElement');
}

export function moduleName(name: string): string {
  return name
    .replace(/^node:/, '')
    .replace(/^(mysql2|got|timers)\/.*$/, '$1')
    .replace(/\/index(?:\.js)?$/, '');
}

export function boundNames(node: EsNode): string[] {
  const own = node.type === 'Identifier' ? [nameOf(node) ?? ''] : [];
  return [
    ...own,
    ...['value', 'left', 'argument'].flatMap((field) =>
      [child(node, field)].flatMap((it) => (it ? boundNames(it) : [])),
    ),
    ...children(node, 'properties').flatMap(boundNames),
    ...children(node, 'elements').flatMap(boundNames),
  ];
}

/** The module in `require('x')`. */
export function requiredModule(node: EsNode): string | undefined {
  if (node.type !== 'CallExpression' || nameOf(child(node, 'callee')) !== 'require') return undefined;
  return nameOf(children(node, 'arguments')[0]);
}

/** `object.name`, as if written where the object is. */
export function member(object: EsNode, name: string): EsNode {
  const { start, end } = object;
  return { type: 'MemberExpression', object, property: { type: 'Identifier', name, start, end }, start, end };
}
