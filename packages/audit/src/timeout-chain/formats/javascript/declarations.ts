import { isOfProject } from './modules.ts';
import {
  bare,
  boundNames,
  child,
  children,
  type EsNode,
  member,
  moduleName,
  nameOf,
  requiredModule,
  walk,
} from './syntax.ts';

/** A name out of another file of the project; `name` undefined: the module as a whole. */
interface Beside {
  readonly module: string;
  readonly name: string | undefined;
}

/** What a module takes over from another: all of it, all under a name, or one name. */
interface Reexport {
  readonly module: string;
  readonly from?: string;
  readonly as?: string;
}

const DEFAULT = 'default';

/** What the names of one file are declared as, imported from and exported as. Nothing is followed yet. */
export class Declarations {
  /** Path of what is imported: `pg.Pool`. */
  readonly imports = new Map<string, string>();
  /** `undefined`: declared more than once, or a parameter. */
  readonly constants = new Map<string, EsNode | undefined>();
  /** `const { TIMEOUT } = process.env`. */
  readonly variables = new Map<string, string>();
  readonly beside = new Map<string, Beside>();
  /** Parameters and fields whose type is written out: `config: ConfigType<typeof database>`. */
  readonly types = new Map<string, EsNode>();
  readonly exports = new Map<string, EsNode>();
  readonly reexports: Reexport[] = [];
  standard: EsNode | undefined;
  readonly #adopt: (node: EsNode) => EsNode;

  /** @param adopt makes a node of this file out of one that is not written in it */
  constructor(program: EsNode, adopt: (node: EsNode) => EsNode) {
    this.#adopt = adopt;
    for (const node of walk(program)) this.#read(node);
  }

  #read(node: EsNode): void {
    if (node.type === 'ImportDeclaration') this.#import(node);
    else if (node.type === 'VariableDeclarator') this.#declare(node);
    else if (/^(?:Function|ArrowFunction)/.test(node.type)) this.#declareFunction(node);
    else if (/^(?:ClassDeclaration|TSEnumDeclaration)$/.test(node.type)) this.#name(nameOf(child(node, 'id')), node);
    else if (node.type === 'AssignmentExpression') {
      if (child(node, 'left')?.type === 'Identifier') this.#name(nameOf(child(node, 'left')), child(node, 'right'));
      this.#exportAssigned(child(node, 'left'), child(node, 'right'));
    } else if (node.type === 'ExportDefaultDeclaration') this.standard = child(node, 'declaration');
    else if (node.type === 'TSExportAssignment') this.standard = child(node, 'expression');
    else if (node.type === 'ExportNamedDeclaration' || node.type === 'ExportAllDeclaration') this.#export(node);
  }

  /** Declared twice: not known which is meant. */
  #name(name: string | undefined, node: EsNode | undefined): void {
    if (name !== undefined) this.constants.set(name, this.constants.has(name) ? undefined : node);
  }

  #declareFunction(node: EsNode): void {
    if (node.type === 'FunctionDeclaration') this.#name(nameOf(child(node, 'id')), node);
    for (const written of children(node, 'params')) {
      const parameter = child(written, 'parameter') ?? written;
      for (const name of boundNames(parameter)) this.constants.set(name, undefined);
      const type = child(child(parameter, 'typeAnnotation'), 'typeAnnotation');
      const name = nameOf(parameter);
      if (type && name !== undefined) this.types.set(name, type);
    }
  }

  /** `module.exports = …`, `exports.limit = …`. */
  #exportAssigned(target: EsNode | undefined, value: EsNode | undefined): void {
    if (target?.type !== 'MemberExpression' || !value) return;
    const name = nameOf(child(target, 'property'));
    const owner = bare(child(target, 'object'));
    const ofModule = nameOf(owner) === 'module' && name === 'exports';
    const isExports = nameOf(owner) === 'exports' || nameOf(child(owner, 'property')) === 'exports';
    if (ofModule) this.standard = value;
    else if (isExports && name !== undefined) this.exports.set(name, value);
  }

  #export(node: EsNode): void {
    const module = nameOf(child(node, 'source'));
    const as = nameOf(child(node, 'exported'));
    if (node.type === 'ExportAllDeclaration') {
      if (module !== undefined) this.reexports.push({ module, ...(as === undefined ? {} : { as }) });
      return;
    }
    const declaration = child(node, 'declaration');
    const id = nameOf(child(declaration, 'id'));
    if (declaration && id !== undefined) this.exports.set(id, declaration);
    for (const declarator of children(declaration, 'declarations')) {
      const name = nameOf(child(declarator, 'id'));
      const init = child(declarator, 'init');
      if (name !== undefined && init) this.exports.set(name, init);
    }
    for (const specifier of children(node, 'specifiers')) {
      const local = child(specifier, 'local');
      const exported = nameOf(child(specifier, 'exported'));
      const from = nameOf(local);
      if (module !== undefined && exported !== undefined && from !== undefined)
        this.reexports.push({ module, from, as: exported });
      else if (local && exported === DEFAULT) this.standard = local;
      else if (local && exported !== undefined) this.exports.set(exported, local);
    }
  }

  #import(node: EsNode): void {
    const from = nameOf(child(node, 'source')) ?? '';
    const module = moduleName(from);
    for (const specifier of children(node, 'specifiers')) {
      const local = nameOf(child(specifier, 'local'));
      if (local === undefined) continue;
      const whole = specifier.type === 'ImportNamespaceSpecifier';
      const imported = whole ? undefined : (nameOf(child(specifier, 'imported')) ?? DEFAULT);
      if (isOfProject(from)) this.beside.set(local, { module: from, name: imported });
      this.imports.set(local, imported === undefined || imported === DEFAULT ? module : `${module}.${imported}`);
    }
  }

  #declare(node: EsNode): void {
    const id = child(node, 'id');
    const init = bare(child(node, 'init'));
    const required = init && requiredPath(init);
    if (id?.type === 'Identifier') {
      const name = nameOf(id) ?? '';
      if (required !== undefined) this.imports.set(name, required);
      this.#name(name, init);
    } else if (id?.type === 'ObjectPattern') {
      const ofProcess = init !== undefined && isProcessEnv(init);
      for (const property of children(id, 'properties')) {
        const key = nameOf(child(property, 'key'));
        const local = nameOf(child(property, 'value'));
        if (ofProcess && key !== undefined && local !== undefined) this.variables.set(local, key);
        if (init && key !== undefined && local !== undefined) {
          if (required !== undefined) this.imports.set(local, `${required}.${key}`);
          this.#name(local, ofProcess ? undefined : this.#adopt(member(init, key)));
        } else for (const name of boundNames(property)) this.constants.set(name, undefined);
      }
    }
  }
}

/** `require('x')`, `require('x').y`. */
export function requiredPath(init: EsNode): string | undefined {
  if (init.type === 'MemberExpression') {
    const object = bare(child(init, 'object'));
    const inside = object && requiredPath(object);
    return inside === undefined ? undefined : `${inside}.${nameOf(child(init, 'property')) ?? ''}`;
  }
  const name = requiredModule(init);
  return name === undefined ? undefined : moduleName(name);
}

function isProcessEnv(node: EsNode): boolean {
  return (
    node.type === 'MemberExpression' &&
    nameOf(child(node, 'object')) === 'process' &&
    nameOf(child(node, 'property')) === 'env'
  );
}
