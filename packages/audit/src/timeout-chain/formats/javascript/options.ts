import { setTimeoutOf } from '../../defaults/index.ts';
import { parseEndpoint } from '../../endpoint.ts';
import type { Endpoint, Limit, Timeout, TimeoutKind } from '../../hop.ts';
import type { Lines } from '../../place.ts';
import type { Datasource } from '../prisma.ts';
import type { FileScope } from './scope.ts';
import { children, type EsNode, hasSpread, property } from './syntax.ts';

/** One source file while it is read. */
export interface Source {
  readonly lines: Lines;
  readonly scope: FileScope;
  readonly program: EsNode;
  /** Of a Prisma client without an address of its own. */
  readonly datasource: () => Datasource | undefined;
}

/** In the file where the node is written: settings often stand elsewhere. */
export function placeOf({ lines, scope }: Source, node: EsNode): Timeout['place'] {
  const owner = scope.modules.ownerOf(node);
  return (owner?.lines ?? lines).place(node.start, node.end);
}

/** An expression as a limit in ms; zero means what the setting says it means. */
export function limitOf(source: Source, node: EsNode, zero: Limit): { ms: Limit; note?: string } {
  const { value, note } = source.scope.evaluate(node);
  // Drivers turn texts of digits into numbers, and so are variables of the environment often passed on.
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : undefined;
  if (number === undefined || Number.isNaN(number)) return { ms: value === false ? 'none' : 'unknown' };
  const ms: Limit = number === 0 ? zero : Number.isFinite(number) ? number : 'none';
  return { ms, ...(note === undefined ? {} : { note }) };
}

/** The options object of a call, followed through names. `spread`: it may say more than is seen here. */
export function optionsOf(source: Source, node: EsNode | undefined): { object: EsNode | undefined; open: boolean } {
  if (!node) return { object: undefined, open: false };
  const object = source.scope.follow(node);
  if (object?.type !== 'ObjectExpression') return { object: undefined, open: true };
  return { object, open: hasSpread(object) };
}

export interface Setting {
  readonly kind: TimeoutKind;
  /** Path in the options, `.`-separated. */
  readonly name: string;
  readonly zero?: Limit;
  /** What 1 means, where that is not a millisecond. */
  readonly unitMs?: number;
  /** It is in force only where this option is 0. */
  readonly onlyIfZero?: string;
}

export function timeoutFrom(
  source: Source,
  object: EsNode | undefined,
  { kind, name, zero = 'none', unitMs = 1, onlyIfZero }: Setting,
): Timeout | undefined {
  const found = optionAt(source, object, name);
  if (!found || (onlyIfZero !== undefined && evaluateNumber(source, optionAt(source, object, onlyIfZero)?.node) !== 0))
    return undefined;
  const place = placeOf(source, found.node);
  if (found.hidden) return setTimeoutOf(kind, 'unknown', name, place);
  const { ms, note } = limitOf(source, found.node, zero);
  return setTimeoutOf(kind, typeof ms === 'number' ? ms * unitMs : ms, name, place, note);
}

/** `hidden`: what holds the option is decided elsewhere, so that it may say anything. */
function optionAt(
  source: Source,
  object: EsNode | undefined,
  path: string,
): { readonly node: EsNode; readonly hidden: boolean } | undefined {
  const names = path.split('.');
  let node = object;
  for (const [index, name] of names.entries()) {
    const inside = source.scope.follow(node);
    const value = property(inside, name);
    if (!value && index > 0 && node && mayHold(source, node, inside)) return { node, hidden: true };
    node = value;
  }
  return node && { node, hidden: false };
}

/** Options that are not seen, or not whole. An address is a text, and holds no options. */
function mayHold(source: Source, node: EsNode, followed: EsNode | undefined): boolean {
  if (followed?.type === 'ObjectExpression') return hasSpread(followed);
  const { value, hidden } = source.scope.evaluate(node);
  return value === undefined && hidden !== true && !source.scope.isVariable(followed);
}

/** `undefined`: not there, or decided elsewhere. */
export function evaluateNumber(source: Source, node: EsNode | undefined): number | undefined {
  const value = node && source.scope.evaluate(node).value;
  const number = value === undefined || value === '' || typeof value === 'boolean' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** The address in an expression, as far as it is written out: `http://orders:3000/${id}` is enough. */
export function endpointFrom(source: Source, node: EsNode | undefined): Endpoint | undefined {
  const value = source.scope.evaluate(node).value;
  return typeof value === 'string' && /^(?:[a-z+]+:\/\/|[\w.-]+:\d+)/i.test(value) ? parseEndpoint(value) : undefined;
}

export function argumentsOf(call: EsNode): EsNode[] {
  return children(call, 'arguments');
}
