import { type Answer, either, hasLimit, isOff, type Options, readOptions } from '../options.ts';
import { type Origin, originOf } from '../origin.ts';
import { type Call, methodOf, type Node, receiverOf, type Tree, unwrap } from '../tree.ts';
import type { Client, Outgoing } from './client.ts';

/** A client with nothing to it but options: given per call, or where an instance is made. */
interface OptionsClient {
  readonly name: string;
  /** By the origin of what is called. */
  readonly call: RegExp;
  /** How an instance is made, by its origin. */
  readonly instance?: RegExp;
  /** Options that end a call nobody answers. */
  readonly limits: readonly string[];
  readonly help: string;
}

const METHODS = '(?:get|head|post|put|patch|delete|del|request)';

const CLIENTS: readonly OptionsClient[] = [
  {
    // Read in 3.5.0: open_timeout (or timeout) is 10 s and ends connecting only; the other two are off.
    name: 'needle',
    call: new RegExp(`^needle:\\.?${METHODS}?$`),
    limits: ['response_timeout', 'read_timeout', 'signal'],
    help: 'Pass response_timeout and read_timeout (or a signal): timeout is open_timeout, which ends connecting only.',
  },
  {
    name: 'request',
    call: new RegExp(`^request(?:-promise(?:-native)?)?:(?:defaults\\(\\))?\\.?${METHODS}?$`),
    instance: /^request(?:-promise(?:-native)?)?:defaults\(\)$/,
    limits: ['timeout'],
    help: 'Pass timeout: ms. request is no longer maintained: fetch with AbortSignal.timeout(ms) needs no package.',
  },
  {
    name: 'ofetch',
    call: /^ofetch:(?:ofetch|\$fetch)(?:\.create\(\))?(?:\.raw)?$/,
    instance: /^ofetch:(?:ofetch|\$fetch)\.create\(\)$/,
    limits: ['timeout', 'signal'],
    help: 'Pass timeout: ms or a signal: ofetch sets no limit.',
  },
];

export const optionsClient: Client = {
  matches: (path) => CLIENTS.some(({ call }) => call.test(path)),
  read: readCall,
};

function readCall(tree: Tree, call: Call, path: string): Outgoing | undefined {
  const client = CLIENTS.find((it) => it.call.test(path));
  if (!client || methodOf(call) === 'defaults' || methodOf(call) === 'create') return undefined;
  const given = call.arguments.map((it) => ownOptions(tree, it)).filter((it) => it !== undefined);
  const made = client.instance ? instanceLimit(tree, call, client) : 'no';
  const all = /\bneedle\.defaults\(/.test(tree.text) ? 'unknown' : 'no';
  return {
    call,
    name: client.name,
    bounded: either(...given.map((it) => hasLimit(it, client.limits)), made, all),
    signal: 'unknown',
    help: client.help,
  };
}

/** An argument as options; a callback, an address or a body in a variable is none. */
function ownOptions(tree: Tree, node: Node): Options | undefined {
  const value = unwrap(node);
  if (value.type === 'ObjectExpression') return readOptions(tree, value);
  if (value.type !== 'Identifier' || !/opt(?:ion)?s?$|config$|settings$/i.test(value.name)) return undefined;
  return readOptions(tree, value);
}

function instanceLimit(tree: Tree, call: Call, { instance, limits }: OptionsClient): Answer {
  const origin: Origin | undefined = originOf(tree, receiverOf(call) ?? unwrap(call.callee));
  if (!origin || !instance?.test(origin.path)) return 'no';
  if (origin.made?.type !== 'CallExpression') return 'unknown';
  const options = readOptions(origin.tree, origin.made.arguments[0]);
  return limits.some((name) => isSet(options, name)) ? 'yes' : options.open ? 'unknown' : 'no';
}

function isSet({ properties }: Options, name: string): boolean {
  const value = properties.get(name);
  return value !== undefined && !isOff(value);
}
