import { setTimeoutOf } from '../../defaults.ts';
import { parseEndpoint } from '../../endpoint.ts';
import type { Endpoint, Limit, Timeout, TimeoutKind } from '../../hop.ts';
import type { Lines } from '../../place.ts';
import { type FileScope, hasSpread, property } from './scope.ts';
import { children, type EsNode } from './syntax.ts';

/** One source file while it is read. */
export interface Source {
  readonly lines: Lines;
  readonly scope: FileScope;
  readonly program: EsNode;
}

export function placeOf({ lines }: Source, node: EsNode): Timeout['place'] {
  return lines.place(node.start, node.end);
}

/** An expression as a limit in ms; zero means what the setting says it means. */
export function limitOf(source: Source, node: EsNode, zero: Limit): { ms: Limit; note?: string } {
  const { value, note } = source.scope.evaluate(node);
  const number = typeof value === 'number' ? value : undefined;
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
}

export function timeoutFrom(
  source: Source,
  object: EsNode | undefined,
  { kind, name, zero = 'none' }: Setting,
): Timeout | undefined {
  let node: EsNode | undefined = object;
  for (const key of name.split('.')) node = property(source.scope.follow(node), key);
  if (!node) return undefined;
  const { ms, note } = limitOf(source, node, zero);
  return setTimeoutOf(kind, ms, name, placeOf(source, node), note);
}

/** The address in an expression, as far as it is written out: `http://orders:3000/${id}` is enough. */
export function endpointFrom(source: Source, node: EsNode | undefined): Endpoint | undefined {
  const value = source.scope.evaluate(node).value;
  return typeof value === 'string' && /^(?:[a-z+]+:\/\/|[\w.-]+:\d+)/i.test(value) ? parseEndpoint(value) : undefined;
}

export function argumentsOf(call: EsNode): EsNode[] {
  return children(call, 'arguments');
}
