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
