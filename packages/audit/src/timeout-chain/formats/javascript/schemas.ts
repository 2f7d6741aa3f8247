import { type FileScope, MOST_STEPS } from './scope.ts';
import { bare, child, children, type EsNode, member, nameOf, property } from './syntax.ts';

/** What turns a text of the environment into a number and changes nothing else. */
const PLAIN = new Set(['Number', 'parseInt', 'Number.parseInt', 'parseFloat', 'Number.parseFloat', 'String']);

/**
 * A member of settings that a schema made: zod's `schema.parse(process.env).X`, t3's `createEnv({ server })`, envalid's
 * `cleanEnv(process.env, { X: num({ default: 5 }) })`, convict's `config.get('db.timeout')`. As an expression: `process.env.X ?? 5`.
 */
export function schemaMember(scope: FileScope, object: EsNode, name: string, steps: number): EsNode | undefined {
  if (object.type === 'SchemaResult') return fieldOf(scope, object, name, steps);
  if (object.type === 'ConvictNode') return convictMember(scope, child(object, 'spec'), name, steps);
  if (object.type !== 'CallExpression') return undefined;
  const callee = bare(child(object, 'callee'));
  const method = callee?.type === 'MemberExpression' ? nameOf(child(callee, 'property')) : undefined;
  const args = children(object, 'arguments');
  const path = scope.path(callee) ?? '';
  if (/(?:^|\.)cleanEnv$/.test(path)) {
    const spec = property(scope.follow(args[1], steps + 1), name);
    return spec && isEnvironment(scope, args[0], steps) ? envalidField(scope, spec, name, steps) : undefined;
  }
  if (/^@t3-oss\/env-\w+\.createEnv$/.test(path)) {
    const options = scope.follow(args[0], steps + 1);
    const spec = ['server', 'client', 'shared']
      .map((part) => property(scope.follow(property(options, part), steps + 1), name))
      .find((it) => it !== undefined);
    return spec && zodField(scope, spec, environmentVariable(scope, name, object), steps);
  }
  if (method === 'safeParse' && name === 'data') return result(scope, object);
  if (method === 'parse' || method === 'parseAsync') return fieldOf(scope, result(scope, object), name, steps);
  if (method === 'get' && callee) {
    const spec = convictSpec(scope, object, steps);
    return spec && convictMember(scope, spec, name, steps);
  }
  return undefined;
}

/** `config.get('db.timeout')` of convict, and env-var's `env.get('X').default('5').asInt()`. */
export function declaredVariable(scope: FileScope, call: EsNode): EsNode | undefined {
  const callee = bare(child(call, 'callee'));
  const method = callee?.type === 'MemberExpression' ? (nameOf(child(callee, 'property')) ?? '') : '';
  if (method === 'get') {
    const spec = convictSpec(scope, call, 0);
    return spec && convictLeaf(scope, spec, 0);
  }
  if (!/^as(?:Int|Port|Float)/.test(method)) return undefined;
  const calls = chainOf(call);
  const got = calls.find(({ name }) => name === 'get');
  const variable = nameOf(got?.args[0]);
  if (variable === undefined || !/^env-var(?:\.|$)/.test(scope.path(got?.object) ?? '')) return undefined;
  return orElse(
    scope,
    environmentVariable(scope, variable, call),
    calls.find(({ name }) => name === 'default')?.args[0],
  );
}

function result(scope: FileScope, call: EsNode): EsNode {
  return scope.adopt({ type: 'SchemaResult', call, start: call.start, end: call.end });
}

/** A field of `schema.parse(input)`. */
function fieldOf(scope: FileScope, made: EsNode, name: string, steps: number): EsNode | undefined {
  const call = child(made, 'call');
  const schema = child(bare(child(call, 'callee')), 'object');
  const spec = zodShape(scope, schema, name, steps + 1);
  const [input] = children(call, 'arguments');
  if (!spec || !call) return undefined;
  if (isEnvironment(scope, input, steps)) return zodField(scope, spec, environmentVariable(scope, name, call), steps);
  const given = scope.follow(input, steps + 1);
  if (given?.type !== 'ObjectExpression') return undefined;
  const value = property(given, name);
  return zodField(scope, spec, value ?? { type: 'Perhaps', start: call.start, end: call.end }, steps);
}

/** What `z.object({ … })`, also extended and merged, says of a field. */
function zodShape(scope: FileScope, schema: EsNode | undefined, name: string, steps: number): EsNode | undefined {
  const here = scope.follow(schema, steps + 1);
  if (here?.type !== 'CallExpression' || steps > MOST_STEPS) return undefined;
  const owner = scope.modules.ownerOf(here) ?? scope;
  const callee = bare(child(here, 'callee'));
  const method = nameOf(child(callee, 'property')) ?? '';
  const [first] = children(here, 'arguments');
  const inside = child(callee, 'object');
  if (/^(?:object|strictObject|looseObject)$/.test(method)) return property(owner.follow(first, steps + 1), name);
  if (method === 'extend')
    return property(owner.follow(first, steps + 1), name) ?? zodShape(owner, inside, name, steps + 1);
  if (method === 'merge' || method === 'and')
    return zodShape(owner, first, name, steps + 1) ?? zodShape(owner, inside, name, steps + 1);
  // `transform` of the whole may rename or reckon.
  return /^(?:passthrough|strict|strip|loose|readonly|refine|superRefine|describe|catchall)$/.test(method)
    ? zodShape(owner, inside, name, steps + 1)
    : undefined;
}

/** `z.coerce.number().default(5000)`; one whose `transform` reckons is not known. */
function zodField(scope: FileScope, spec: EsNode, given: EsNode, steps: number): EsNode | undefined {
  const field = scope.follow(spec, steps + 1);
  if (field?.type !== 'CallExpression') return undefined;
  const owner = scope.modules.ownerOf(field) ?? scope;
  const calls = chainOf(field);
  if (calls.some((it) => /^(?:transform|preprocess|pipe)$/.test(it.name) && !isPlain(owner, it.args[0], it.name)))
    return undefined;
  return orElse(owner, given, calls.find(({ name }) => name === 'default' || name === 'prefault')?.args[0]);
}

function isPlain(scope: FileScope, conversion: EsNode | undefined, method: string): boolean {
  if (method === 'pipe') return true;
  const body = /Function/.test(conversion?.type ?? '') ? bare(child(conversion, 'body')) : undefined;
  return (
    PLAIN.has(scope.path(body ? child(body, 'callee') : conversion) ?? '') && (!body || body.type === 'CallExpression')
  );
}

function envalidField(scope: FileScope, spec: EsNode, name: string, steps: number): EsNode | undefined {
  const field = scope.follow(spec, steps + 1);
  if (field?.type !== 'CallExpression') return undefined;
  const owner = scope.modules.ownerOf(field) ?? scope;
  const standard = property(owner.follow(children(field, 'arguments')[0], steps + 1), 'default');
  return orElse(owner, environmentVariable(owner, name, field), standard);
}

/** What convict's schema has where `config.get(path)` looks. `undefined`: no convict, or files that are loaded into it say more. */
function convictSpec(scope: FileScope, call: EsNode, steps: number): EsNode | undefined {
  const object = child(bare(child(call, 'callee')), 'object');
  const path = scope.evaluate(children(call, 'arguments')[0], steps + 1).value;
  const made = scope.follow(object, steps + 1);
  if (made?.type !== 'CallExpression') return undefined;
  const owner = scope.modules.ownerOf(made) ?? scope;
  if (owner.path(child(made, 'callee')) !== 'convict' || /\.load(?:File)?\(/.test(owner.text)) return undefined;
  let here = owner.follow(children(made, 'arguments')[0], steps + 1);
  for (const key of typeof path === 'string' ? path.split('.') : [])
    here = owner.follow(property(here, key), steps + 1);
  return here;
}

function convictMember(scope: FileScope, spec: EsNode | undefined, name: string, steps: number): EsNode | undefined {
  const below = scope.follow(property(spec, name), steps + 1);
  return below?.type === 'ObjectExpression' ? convictLeaf(scope, below, steps) : undefined;
}

function convictLeaf(scope: FileScope, spec: EsNode, steps: number): EsNode | undefined {
  const standard = property(spec, 'default');
  if (!standard) return scope.adopt({ type: 'ConvictNode', spec, start: spec.start, end: spec.end });
  const variable = scope.evaluate(property(spec, 'env'), steps + 1).value;
  return typeof variable === 'string' ? orElse(scope, environmentVariable(scope, variable, spec), standard) : standard;
}

function isEnvironment(scope: FileScope, node: EsNode | undefined, steps: number): boolean {
  return scope.path(node) === 'process.env' || scope.path(scope.follow(node, steps + 1)) === 'process.env';
}

/** `.default(5).min(1)` of a call: what is called, inside out, and on what. */
function chainOf(call: EsNode): { name: string; args: EsNode[]; object: EsNode | undefined }[] {
  const found: { name: string; args: EsNode[]; object: EsNode | undefined }[] = [];
  for (let here: EsNode | undefined = call; here?.type === 'CallExpression'; ) {
    const callee = bare(child(here, 'callee'));
    const object = bare(child(callee, 'object'));
    found.push({ name: nameOf(child(callee, 'property')) ?? '', args: children(here, 'arguments'), object });
    here = object;
  }
  return found;
}

/** `process.env.NAME`, as if written at a node. */
export function environmentVariable(scope: FileScope, name: string, at: EsNode): EsNode {
  const { start, end } = at;
  return scope.adopt(member(member({ type: 'Identifier', name: 'process', start, end }, 'env'), name));
}

/** `given ?? otherwise`. */
export function orElse(scope: FileScope, given: EsNode, otherwise: EsNode | undefined): EsNode {
  if (!otherwise) return given;
  const { start, end } = otherwise;
  return scope.adopt({ type: 'LogicalExpression', operator: '??', left: given, right: otherwise, start, end });
}
