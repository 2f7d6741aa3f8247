import type { Node, TypeOrigins } from '@holdup/audit/rules';
import type { SourceCode } from 'eslint';

/** As much of TypeScript's own objects as is asked here; no compiler is imported, the parser brings the one of the project. */
interface TsSymbol {
  readonly name: string;
  readonly flags: number;
  readonly declarations?: readonly { getSourceFile(): { readonly fileName: string } }[];
}

interface TsType {
  readonly aliasSymbol?: TsSymbol;
  /** Of unions and intersections. */
  readonly types?: readonly TsType[];
  /** Of generic classes and interfaces with their arguments. */
  readonly target?: TsType;
  getSymbol(): TsSymbol | undefined;
  isClassOrInterface(): boolean;
  getBaseTypes(): readonly TsType[] | undefined;
}

interface TsChecker {
  getTypeAtLocation(node: object): TsType;
  getAwaitedType(type: TsType): TsType | undefined;
}

interface TypedServices {
  readonly program: { getTypeChecker(): TsChecker };
  readonly esTreeNodeToTSNodeMap: { get(node: object): object | undefined };
}

/** Flags of symbols that name something themselves: functions, classes, interfaces, aliases. */
const NAMES_SOMETHING = 16 | 32 | 64 | 524_288;
/** Base types above a type that are looked through. */
const MOST_BASES = 4;
/** Types of the platform that rules ask for. */
const GLOBALS: ReadonlySet<string> = new Set(['AbortSignal', 'AbortController', 'Request', 'URL']);
const PACKAGE = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(.*)$/;
/** Where a library declares its types under another name than it is imported by. */
const RENAMED: Readonly<Record<string, string | undefined>> = {
  '.prisma': '@prisma/client',
  '@redis/client': 'redis',
  'express-serve-static-core': 'express',
};
const INSTANCES: Readonly<Record<string, string | undefined>> = {
  'knex:Transaction': 'knex:Knex.Transaction{}',
  'axios:AxiosStatic': 'axios:',
  'redis:RedisClient': 'redis:RedisClientType{}',
  '@prisma/client:TransactionClient': '@prisma/client:Prisma.TransactionClient{}',
};

/** Where values come from by what their types are; undefined where the parser made no program. */
export function readTypeOrigins({ parserServices }: SourceCode): TypeOrigins | undefined {
  if (!isTyped(parserServices)) return undefined;
  const { program, esTreeNodeToTSNodeMap: nodes } = parserServices;
  const checker = program.getTypeChecker();
  return (node: Node) => {
    const own = nodes.get(node);
    if (!own) return undefined;
    try {
      const type = checker.getTypeAtLocation(own);
      return originOfType(checker.getAwaitedType(type) ?? type, 0);
    } catch {
      // What lints a file twice in CI gets a program of that file alone, the second time; TypeScript 6 throws on its imports.
      return undefined;
    }
  };
}

function isTyped(services: object | undefined): services is TypedServices {
  return (
    services !== undefined && 'program' in services && Boolean(services.program) && 'esTreeNodeToTSNodeMap' in services
  );
}

function originOfType(type: TsType, depth: number): string | undefined {
  const symbol = type.aliasSymbol && originOfSymbol(type.aliasSymbol, true);
  if (symbol !== undefined) return symbol;
  // `Pool | undefined` and `NodePgDatabase & { $client: Pool }`: the first that is known.
  for (const part of type.types ?? []) {
    const known = originOfType(part, depth);
    if (known !== undefined) return known;
  }
  const own = type.getSymbol();
  const isInstance = type.isClassOrInterface() || type.target !== undefined;
  const found = own && originOfSymbol(own, isInstance);
  if (found !== undefined || depth === MOST_BASES || !type.isClassOrInterface()) return found;
  for (const base of type.getBaseTypes() ?? []) {
    const above = originOfType(base, depth + 1);
    if (above !== undefined) return above;
  }
  return undefined;
}

function originOfSymbol({ name, flags, declarations }: TsSymbol, isInstance: boolean): string | undefined {
  const file = declarations?.[0]?.getSourceFile().fileName.replaceAll('\\', '/');
  if (file === undefined || (flags & NAMES_SOMETHING) === 0) return undefined;
  const library = moduleOf(file, name);
  if (library === undefined) return undefined;
  const path = `${library}:${name}`;
  return isInstance ? (INSTANCES[path] ?? `${path}{}`) : path;
}

/** The module that a declaration belongs to, by the file it stands in. */
function moduleOf(file: string, name: string): string | undefined {
  const [, folder = '', inside = ''] = PACKAGE.exec(file) ?? [];
  // The client that Prisma writes lies wherever it is told to.
  if (name === 'PrismaClient' || name === 'TransactionClient') return '@prisma/client';
  if (folder === '') return undefined;
  if (folder === 'typescript' || folder === '@types/node' || folder === 'undici-types') {
    if (GLOBALS.has(name)) return 'global';
    return folder === '@types/node' ? /^([\w/]+)\.d\.ts$/.exec(inside)?.[1] : undefined;
  }
  const named = folder.replace(/^@types\/(?:(.+)__)?/, (_, scope?: string) =>
    scope === undefined ? '' : `@${scope}/`,
  );
  // Drizzle has a module for each driver.
  if (named === 'drizzle-orm') return `${named}/${inside.slice(0, inside.indexOf('/'))}`;
  return RENAMED[named] ?? named;
}
