import { Lines } from '../../place.ts';
import { Declarations, requiredPath } from './declarations.ts';
import { evaluate } from './evaluate.ts';
import { memberOf } from './members.ts';
import { isOfProject, type Modules } from './modules.ts';
import { registeredAt } from './nest-config.ts';
import { bare, child, children, type EsNode, member, nameOf, requiredModule, returned, walk } from './syntax.ts';
import { FALLBACK, UNKNOWN, type Value } from './values.ts';

/** How far names are followed. */
export const MOST_STEPS = 40;

export interface ScopeInput {
  readonly program: EsNode;
  readonly file: string;
  readonly text: string;
  readonly modules: Modules;
}

const DEFAULT = 'default';

/**
 * What names in one file stand for, followed into the files it imports. Scopes inside a file are not told apart: a name declared
 * twice is unknown, which is the careful answer.
 */
export class FileScope {
  readonly file: string;
  readonly text: string;
  readonly lines: Lines;
  readonly modules: Modules;
  readonly program: EsNode;
  readonly #declared: Declarations;

  /** @param foreign nodes of this file are asked for by others */
  constructor({ program, file, text, modules }: ScopeInput, foreign = false) {
    this.program = program;
    this.file = file;
    this.text = text;
    this.lines = new Lines(file, text);
    this.modules = modules;
    if (foreign) for (const node of walk(program)) modules.own(node, this);
    this.#declared = new Declarations(program, (node) => this.adopt(node));
  }

  /** A node made for this file: its names are this file's. */
  adopt(node: EsNode): EsNode {
    this.modules.own(node, this);
    return node;
  }

  /** `pg.Pool`, `http.createServer`, `fetch`: what a callee is, by where it was imported from. */
  path(node: EsNode | undefined): string | undefined {
    const here = bare(node);
    const owner = here && this.modules.ownerOf(here);
    if (owner && owner !== this) return owner.path(here);
    if (here?.type === 'Identifier') {
      const name = nameOf(here) ?? '';
      return this.#declared.imports.get(name) ?? (this.#declared.constants.has(name) ? undefined : name);
    }
    if (here?.type === 'CallExpression') return requiredPath(here);
    if (here?.type !== 'MemberExpression' || here.computed === true) return undefined;
    const inside = this.path(child(here, 'object'));
    return inside === undefined ? undefined : `${inside}.${nameOf(child(here, 'property')) ?? '?'}`;
  }

  /** What a name was declared as, in this file or in one it imports; itself when it is no name. */
  follow(node: EsNode | undefined, steps = 0): EsNode | undefined {
    const here = bare(node);
    if (!here || steps > MOST_STEPS) return undefined;
    const owner = this.modules.ownerOf(here);
    if (owner && owner !== this) return owner.follow(here, steps + 1);
    if (here.type === 'Identifier') return this.#followName(nameOf(here) ?? '', steps);
    if (here.type === 'ObjectExpression') return this.#flatten(here, steps);
    if (here.type === 'CallExpression') return this.#followCall(here, steps);
    if (here.type !== 'MemberExpression') return here;
    const name = this.memberName(here, steps);
    const typed = this.#typedMember(here);
    if (typed) return this.follow(typed, steps + 1);
    const object = this.follow(child(here, 'object'), steps + 1);
    const found = object && name !== undefined ? memberOf(this, object, name, steps + 1) : undefined;
    if (found) return this.follow(found, steps + 1);
    // `options.timeout` of options that are seen, and do not have it.
    return object?.type === 'ObjectExpression' ? undefined : here;
  }

  /** `.name`, `['name']`, `[key]` where the key is known. */
  memberName(node: EsNode, steps = 0): string | undefined {
    const property = child(node, 'property');
    if (node.computed !== true) return nameOf(property);
    const { value, note } = this.evaluate(property, steps + 1);
    // `config[process.env.NODE_ENV ?? 'development']`: which stage runs is said elsewhere, the one for developers least of all.
    return value === undefined || note === FALLBACK ? undefined : String(value);
  }

  /** How the type of a parameter or a field is written: of `config`, `this.config`. */
  typeOf(node: EsNode | undefined): EsNode | undefined {
    const here = bare(node);
    const isField = here?.type === 'MemberExpression' && child(here, 'object')?.type === 'ThisExpression';
    const name = isField ? nameOf(child(here, 'property')) : here?.type === 'Identifier' ? nameOf(here) : undefined;
    return name === undefined ? undefined : this.#declared.types.get(name);
  }

  /** NestJS' `config: ConfigType<typeof database>`: what `database` gives. */
  #typedMember(node: EsNode): EsNode | undefined {
    const type = this.typeOf(child(node, 'object'));
    if (nameOf(child(type, 'typeName')) !== 'ConfigType') return undefined;
    const query = children(child(type, 'typeArguments'), 'params')[0];
    const registered = child(query, 'exprName');
    const key = nameOf(child(node, 'property'));
    return registered && key !== undefined ? this.adopt(member(this.adopt({ ...registered }), key)) : undefined;
  }

  #followName(name: string, steps: number): EsNode | undefined {
    // An import whose name is a parameter's or a variable's somewhere as well: not known which is meant.
    const beside = this.#declared.constants.has(name) ? undefined : this.#declared.beside.get(name);
    const other = beside && this.modules.imported(beside.module, this.file);
    if (other) return other.exported(beside.name, steps + 1);
    return this.#declared.constants.has(name) ? this.follow(this.#declared.constants.get(name), steps + 1) : undefined;
  }

  #followCall(here: EsNode, steps: number): EsNode | undefined {
    const module = requiredModule(here);
    if (module !== undefined && isOfProject(module))
      return this.modules.imported(module, this.file)?.exported('module.exports', steps + 1) ?? here;
    const [first] = children(here, 'arguments');
    if (this.path(child(here, 'callee')) === 'Object.freeze') return this.follow(first, steps + 1);
    const registered = registeredAt(this, here, steps + 1);
    if (registered) return this.follow(registered, steps + 1);
    const callee = this.follow(child(here, 'callee'), steps + 1);
    // What a function of the project gives, where that is options.
    const given = callee && /Function/.test(callee.type) ? this.follow(returned(callee), steps + 1) : undefined;
    return given?.type === 'ObjectExpression' ? given : here;
  }

  /**
   * What others find under a name, followed.
   * @param name `undefined`: the module's namespace; `module.exports`: what `require` gives
   */
  exported(name: string | undefined, steps = 0): EsNode | undefined {
    if (steps > MOST_STEPS) return undefined;
    if (name === undefined) return this.#whole();
    if (name === 'module.exports' || name === DEFAULT)
      return this.#declared.standard && !(name === 'module.exports' && this.#declared.exports.size > 0)
        ? this.follow(this.#declared.standard, steps + 1)
        : this.#whole();
    const own = this.#declared.exports.get(name);
    if (own) return this.follow(own, steps + 1);
    for (const { module, from, as } of this.#declared.reexports) {
      if (as !== undefined && as !== name) continue;
      const other = this.modules.imported(module, this.file);
      const found = other?.exported(as === undefined ? name : from, steps + 1);
      if (found) return found;
    }
    const standard = this.#declared.standard && this.follow(this.#declared.standard, steps + 1);
    const found = standard && memberOf(this, standard, name, steps + 1);
    return found && this.follow(found, steps + 1);
  }

  /** A module that holds nothing of others is an object like any other. */
  #whole(): EsNode {
    const at = { start: 0, end: 0 };
    if (this.#declared.reexports.length > 0 || this.#declared.standard) return this.adopt({ type: 'Module', ...at });
    const properties = [...this.#declared.exports].map(([name, value]) => ({
      type: 'Property',
      key: { type: 'Identifier', name, ...at },
      value,
      ...at,
    }));
    return this.adopt({ type: 'ObjectExpression', properties, ...at });
  }

  /** Options with what is spread into them, as far as that is known: what is not stays a spread. */
  #flatten(object: EsNode, steps: number): EsNode {
    const properties = children(object, 'properties');
    if (!properties.some(({ type }) => type === 'SpreadElement')) return object;
    const flat = properties.flatMap((it) => (it.type === 'SpreadElement' ? this.#spread(it, steps) : [it]));
    return { ...object, properties: flat };
  }

  #spread(spread: EsNode, steps: number): EsNode[] {
    const argument = bare(child(spread, 'argument'));
    const choices =
      argument?.type === 'ConditionalExpression'
        ? [child(argument, 'consequent'), child(argument, 'alternate')]
        : argument?.type === 'LogicalExpression' && argument.operator === '&&'
          ? [child(argument, 'right')]
          : undefined;
    const followed = (choices ?? [argument]).map((it) => this.follow(it, steps + 1));
    if (followed.some((it) => it?.type !== 'ObjectExpression')) return [spread];
    const inside = followed.flatMap((it) => children(it, 'properties'));
    // Perhaps there, perhaps not: what these say is not known.
    return choices === undefined
      ? inside
      : inside.map((it) =>
          it.type === 'Property' ? { ...it, value: { type: 'Perhaps', start: it.start, end: it.end } } : it,
        );
  }

  evaluate(node: EsNode | undefined, steps = 0): Value {
    const named = node?.type === 'Identifier' ? this.#declared.variables.get(nameOf(node) ?? '') : undefined;
    if (named !== undefined && node && (this.modules.ownerOf(node) ?? this) === this) return this.variable(named);
    const here = this.follow(node, steps);
    if (!here || steps > MOST_STEPS) return UNKNOWN;
    const owner = this.modules.ownerOf(here) ?? this;
    const value = evaluate(owner, here, steps);
    return owner === this || value.value === undefined || value.note !== undefined
      ? value
      : { ...value, note: `in ${owner.file}` };
  }

  /** `process.env.X`: a text, whatever it says. */
  isVariable(node: EsNode | undefined): boolean {
    return node?.type === 'MemberExpression' && this.path(child(node, 'object')) === 'process.env';
  }

  /** What a variable of the environment holds, as far as the files say it. */
  variable(name: string): Value {
    const known = this.modules.variable(name, this.file);
    if (known === undefined) return UNKNOWN;
    const note = `${name} in ${known.where}`;
    return known.value === undefined ? { value: undefined, note, hidden: true } : { value: known.value, note };
  }
}
