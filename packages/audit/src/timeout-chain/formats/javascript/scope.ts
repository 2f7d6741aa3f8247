import type { Known } from '../../environment.ts';
import {
  bare,
  boundNames,
  child,
  children,
  type EsNode,
  moduleName,
  nameOf,
  property,
  rootOf,
  walk,
} from './syntax.ts';
import { arithmetic, leading, literalValue, MS_UNITS, toNumber, UNKNOWN, type Value } from './values.ts';

/** What a file finds outside itself. */
export interface Outside {
  variable(name: string): Known | undefined;
  /** @param names the export and what is asked of it: `['config', 'db', 'timeout']`; of a default or a whole module without its name */
  exported(module: string, names: readonly string[]): Value;
}

/** How far names are followed. */
const MOST_STEPS = 20;

/**
 * What names in one file stand for. Scopes are not told apart: a name declared twice is unknown, which is the careful answer.
 */
export class FileScope {
  readonly #imports = new Map<string, string>();
  readonly #constants = new Map<string, EsNode | undefined>();
  /** `const { TIMEOUT } = process.env`. */
  readonly #variables = new Map<string, string>();
  readonly #outside: Outside;
  /** Names out of modules of the same program. */
  readonly #beside = new Map<string, { readonly module: string; readonly names: readonly string[] }>();
  #standard: EsNode | undefined;

  constructor(program: EsNode, outside: Outside) {
    this.#outside = outside;
    for (const node of walk(program)) {
      if (node.type === 'ImportDeclaration') this.#import(node);
      else if (node.type === 'VariableDeclarator') this.#declare(node);
      else if (/^(?:Function|ArrowFunction)/.test(node.type))
        for (const name of children(node, 'params').flatMap(boundNames)) this.#constants.set(name, undefined);
      else if (node.type === 'AssignmentExpression') {
        const name = nameOf(child(node, 'left'));
        if (child(node, 'left')?.type === 'Identifier' && name !== undefined)
          this.#constants.set(name, this.#constants.has(name) ? undefined : child(node, 'right'));
        this.#export(child(node, 'left'), child(node, 'right'));
      } else if (node.type === 'ExportDefaultDeclaration') this.#standard = child(node, 'declaration');
    }
  }

  /** `module.exports = …`, `exports.limit = …`. */
  #export(target: EsNode | undefined, value: EsNode | undefined): void {
    if (target?.type !== 'MemberExpression') return;
    const name = nameOf(child(target, 'property'));
    const owner = bare(child(target, 'object'));
    const ofModule = nameOf(owner) === 'module' && name === 'exports';
    const isExports = nameOf(owner) === 'exports' || nameOf(child(owner, 'property')) === 'exports';
    if (ofModule) this.#standard = value;
    else if (isExports && name !== undefined && !this.#constants.has(name)) this.#constants.set(name, value);
  }

  #import(node: EsNode): void {
    const from = nameOf(child(node, 'source')) ?? '';
    const module = moduleName(from);
    for (const specifier of children(node, 'specifiers')) {
      const local = nameOf(child(specifier, 'local'));
      const imported = nameOf(child(specifier, 'imported'));
      if (local !== undefined && from.startsWith('.'))
        this.#beside.set(local, {
          module: from,
          names: imported === undefined || imported === 'default' ? [] : [imported],
        });
      if (local !== undefined)
        this.#imports.set(local, imported === undefined || imported === 'default' ? module : `${module}.${imported}`);
    }
  }

  #declare(node: EsNode): void {
    const id = child(node, 'id');
    const init = bare(child(node, 'init'));
    const required = init && this.#required(init);
    const isCall = init?.type === 'CallExpression' && nameOf(child(init, 'callee')) === 'require';
    const from = isCall ? nameOf(children(init, 'arguments')[0]) : undefined;
    const beside = from?.startsWith('.') ? from : undefined;
    if (id?.type === 'Identifier') {
      const name = nameOf(id) ?? '';
      if (required !== undefined) this.#imports.set(name, required);
      if (beside !== undefined) this.#beside.set(name, { module: beside, names: [] });
      this.#constants.set(name, this.#constants.has(name) ? undefined : init);
    } else if (id?.type === 'ObjectPattern') {
      const ofProcess = init !== undefined && this.path(init) === 'process.env';
      for (const property of children(id, 'properties')) {
        const key = nameOf(child(property, 'key'));
        const local = nameOf(child(property, 'value'));
        if (beside !== undefined && key !== undefined && local !== undefined)
          this.#beside.set(local, { module: beside, names: [key] });
        if (ofProcess && key !== undefined && local !== undefined) this.#variables.set(local, key);
        if (required !== undefined && key !== undefined && local !== undefined)
          this.#imports.set(local, `${required}.${key}`);
        else for (const name of boundNames(property)) this.#constants.set(name, undefined);
      }
    }
  }

  /** `require('x')`, `require('x').y`. */
  #required(init: EsNode): string | undefined {
    if (init.type === 'MemberExpression') {
      const inside = this.#required(bare(child(init, 'object')) ?? init);
      return inside === undefined || init === child(init, 'object')
        ? undefined
        : `${inside}.${nameOf(child(init, 'property')) ?? ''}`;
    }
    if (init.type !== 'CallExpression' || nameOf(child(init, 'callee')) !== 'require') return undefined;
    const name = nameOf(children(init, 'arguments')[0]);
    return name === undefined ? undefined : moduleName(name);
  }

  /** `pg.Pool`, `http.createServer`, `fetch`: what a callee is, by where it was imported from. */
  path(node: EsNode | undefined): string | undefined {
    const here = bare(node);
    if (here?.type === 'Identifier') {
      const name = nameOf(here) ?? '';
      return this.#imports.get(name) ?? (this.#constants.has(name) ? undefined : name);
    }
    if (here?.type === 'CallExpression') return this.#required(here);
    if (here?.type !== 'MemberExpression' || here.computed === true) return undefined;
    const inside = this.path(child(here, 'object'));
    return inside === undefined ? undefined : `${inside}.${nameOf(child(here, 'property')) ?? '?'}`;
  }

  /** What a name was declared as; itself when it is no name. */
  follow(node: EsNode | undefined, steps = 0): EsNode | undefined {
    const here = bare(node);
    if (steps > MOST_STEPS) return undefined;
    if (here?.type === 'Identifier') {
      const name = nameOf(here) ?? '';
      return this.#constants.has(name) ? this.follow(this.#constants.get(name), steps + 1) : undefined;
    }
    if (here?.type === 'CallExpression' && this.path(child(here, 'callee')) === 'Object.freeze')
      return this.follow(children(here, 'arguments')[0], steps + 1);
    if (here?.type === 'MemberExpression' && here.computed !== true) {
      const object = this.follow(child(here, 'object'), steps + 1);
      return object?.type === 'ObjectExpression'
        ? this.follow(property(object, nameOf(child(here, 'property')) ?? ''), steps + 1)
        : here;
    }
    return here;
  }

  evaluate(node: EsNode | undefined, steps = 0): Value {
    const named = node?.type === 'Identifier' ? this.#variables.get(nameOf(node) ?? '') : undefined;
    if (named !== undefined) return this.variable(named);
    const here = this.#isBeside(node) ? bare(node) : this.follow(node, steps);
    if (!here || steps > MOST_STEPS) return UNKNOWN;
    if (this.#isBeside(here)) return this.#fromBeside(here);
    const again = (field: string) => this.evaluate(child(here, field), steps + 1);
    if (here.type === 'MemberExpression') {
      const path = this.#memberPath(here);
      return path?.startsWith('process.env.') ? this.variable(path.slice('process.env.'.length)) : UNKNOWN;
    }
    if (here.type === 'UnaryExpression' && here.operator === '+') return toNumber(again('argument'));
    if (here.type === 'ConditionalExpression') return this.#choice(again('test'), again);
    if (here.type === 'Literal') return literalValue(here);
    if (here.type === 'TemplateLiteral') return this.#template(here, steps);
    if (here.type === 'UnaryExpression' && here.operator === '-')
      return arithmetic('-', { value: 0 }, again('argument'));
    if (here.type === 'BinaryExpression') return arithmetic(String(here.operator), again('left'), again('right'));
    if (here.type === 'LogicalExpression' && here.operator !== '&&') {
      const left = again('left');
      if (left.hidden) return left;
      if (left.value !== undefined && (here.operator === '??' || left.value)) return left;
      const right = again('right');
      return right.value === undefined ? UNKNOWN : { value: right.value, note: 'unless set from outside' };
    }
    if (here.type === 'CallExpression') return this.#call(here, steps);
    return UNKNOWN;
  }

  #isBeside(node: EsNode | undefined): boolean {
    return this.#beside.has(rootOf(node).root ?? '');
  }

  /** `config.db.timeout` out of `./config.ts`. */
  #fromBeside(node: EsNode): Value {
    const { root = '', members } = rootOf(node);
    const found = this.#beside.get(root);
    return found ? this.#outside.exported(found.module, [...found.names, ...members]) : UNKNOWN;
  }

  /** What a name of this file, or what lies under it, holds for those that import it. */
  exported(names: readonly string[]): Value {
    const [first = '', ...rest] = names;
    const named = this.#constants.get(first);
    let node = named ?? this.#standard;
    for (const name of named ? rest : names) node = property(this.follow(node), name);
    return node ? this.evaluate(node) : UNKNOWN;
  }

  /** What a variable of the environment holds, as far as the files say it. */
  variable(name: string): Value {
    const known = this.#outside.variable(name);
    if (known === undefined) return UNKNOWN;
    const note = `${name} in ${known.where}`;
    return known.value === undefined ? { value: undefined, note, hidden: true } : { value: known.value, note };
  }

  /** `process.env.X` and `process.env['X']`. */
  #memberPath(node: EsNode): string | undefined {
    const key = nameOf(child(node, 'property'));
    const isLiteral = node.computed !== true || child(node, 'property')?.type === 'Literal';
    const inside = this.path(child(node, 'object'));
    return key === undefined || inside === undefined || !isLiteral ? undefined : `${inside}.${key}`;
  }

  /** `process.env.X ? Number(process.env.X) : 5000`: not set, as far as is known. */
  #choice(test: Value, again: (field: string) => Value): Value {
    if (test.hidden) return test;
    if (test.value !== undefined) return again(test.value ? 'consequent' : 'alternate');
    const otherwise = again('alternate');
    return otherwise.value === undefined ? UNKNOWN : { ...otherwise, note: 'unless set from outside' };
  }

  #template(node: EsNode, steps: number): Value {
    const parts = children(node, 'quasis').map((quasi) =>
      typeof quasi.value === 'object' && quasi.value !== null && 'cooked' in quasi.value
        ? String(quasi.value.cooked)
        : '',
    );
    const values = children(node, 'expressions').map((it) => this.evaluate(it, steps + 1).value);
    return {
      value: parts.map((part, index) => part + (index < values.length ? String(values[index] ?? '$') : '')).join(''),
    };
  }

  #call(node: EsNode, steps: number): Value {
    const [argument] = children(node, 'arguments');
    const callee = this.path(child(node, 'callee'));
    const inside = this.evaluate(argument, steps + 1);
    if (callee === 'Number' || callee === 'parseInt' || callee === 'Number.parseInt' || callee === 'parseFloat') {
      return callee.startsWith('Number') && callee !== 'Number.parseInt' ? toNumber(inside) : toNumber(leading(inside));
    }
    if (callee === 'ms' && typeof inside.value === 'string') {
      const [, count, unit = 'ms'] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/.exec(inside.value) ?? [];
      const size = MS_UNITS[unit === '' ? 'ms' : unit];
      return count === undefined || size === undefined ? UNKNOWN : { value: Number(count) * size };
    }
    return UNKNOWN;
  }
}
