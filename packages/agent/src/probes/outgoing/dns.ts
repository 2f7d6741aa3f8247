import dns from 'node:dns';
import dnsPromises from 'node:dns/promises';
import { syncBuiltinESMExports } from 'node:module';
import { isIP } from 'node:net';
import { now } from '../../clock.ts';
import type { LookupRecord } from '../../recorder/shared-records.ts';
import { patchFunction } from '../patch.ts';
import type { Kit } from '../probe.ts';
import type { Connections } from './connections.ts';
import { DnsOp } from './dns-op.ts';

/** A lookup under way: the process-wide record of a getaddrinfo call, the request's op, or both. */
interface Asked {
  readonly lookup: LookupRecord | undefined;
  readonly op: DnsOp | undefined;
}

type Begin = (host: unknown) => Asked | undefined;
type Finish = (asked: Asked, error: unknown) => void;

/** Through a resolver of c-ares: `resolve`, `resolve4`, …, `reverse`. */
const RESOLVER_METHOD = /^(resolve|reverse)/;

/**
 * Name lookups. Every getaddrinfo call is recorded, whoever makes it, since the process's slots are shared; a request's
 * own lookups are ops, those of a connection are a phase of it.
 */
export function installDns(kit: Kit, connections: Connections): () => void {
  const finish: Finish = kit.guard((asked, error) => {
    if (asked.lookup !== undefined) kit.flight.endLookup(asked.lookup);
    if (asked.op !== undefined) kit.flight.close(asked.op, error);
  });
  const guardBegin =
    (begin: Begin): Begin =>
    (host) => {
      try {
        return kit.on ? begin(host) : undefined;
      } catch (error) {
        kit.fail(error);
        return undefined;
      }
    };
  const open = (host: string, lookup: LookupRecord | undefined): DnsOp | undefined => {
    const request = kit.context.current();
    if (request === undefined || connections.connecting !== undefined) return undefined;
    const op = new DnsOp(request, lookup?.start ?? now(), host, lookup);
    kit.flight.open(op);
    return op;
  };
  const beginLookup = guardBegin((host) => {
    // Addresses and nothing are answered at once, without a slot.
    if (typeof host !== 'string' || host === '' || isIP(host) !== 0) return undefined;
    const lookup = kit.flight.lookup(host, kit.context.current());
    return { lookup, op: open(host, lookup) };
  });
  const beginQuery = guardBegin((host) => {
    if (typeof host !== 'string' || host === '') return undefined;
    const op = open(host, undefined);
    return op === undefined ? undefined : { lookup: undefined, op };
  });
  const undo = [
    patchFunction(dns, 'lookup', (original) => withCallback(original, beginLookup, finish)),
    patchFunction(dnsPromises, 'lookup', (original) => withPromise(original, beginLookup, finish)),
  ];
  // `setServers` binds the prototype's methods to the module anew: both places are needed, and never meet.
  for (const target of [dns, dns.Resolver.prototype]) {
    for (const key of resolverMethods(target)) {
      undo.push(patchFunction(target, key, (original) => withCallback(original, beginQuery, finish)));
    }
  }
  for (const target of [dnsPromises, dnsPromises.Resolver.prototype]) {
    for (const key of resolverMethods(target)) {
      undo.push(patchFunction(target, key, (original) => withPromise(original, beginQuery, finish)));
    }
  }
  syncBuiltinESMExports();
  return () => {
    for (const step of undo) step();
    syncBuiltinESMExports();
  };
}

function resolverMethods(target: object): string[] {
  return Object.getOwnPropertyNames(target).filter((key) => RESOLVER_METHOD.test(key));
}

type AnyFunction = (...args: never[]) => unknown;

// The wrappers are written as methods: like the bound functions they stand for, those have no `prototype`.

function withCallback(original: AnyFunction, begin: Begin, finish: Finish): AnyFunction {
  const wrapper = {
    call(this: unknown, ...args: never[]): unknown {
      const callback: unknown = args.at(-1);
      const asked = typeof callback === 'function' ? begin(args[0]) : undefined;
      if (asked === undefined) return original.apply(this, args);
      args[args.length - 1] = function (this: unknown, ...results: unknown[]): unknown {
        finish(asked, results[0]);
        return Reflect.apply(callback as AnyFunction, this, results);
      } as never;
      try {
        return original.apply(this, args);
      } catch (error) {
        finish(asked, error);
        throw error;
      }
    },
  };
  return wrapper.call;
}

/**
 * The host gets a promise derived from the original one, which settles one microtask later. Listening at the original
 * itself would mark its rejection as handled, and the host would miss its `unhandledRejection`.
 */
function withPromise(original: AnyFunction, begin: Begin, finish: Finish): AnyFunction {
  const wrapper = {
    call(this: unknown, ...args: never[]): unknown {
      const asked = begin(args[0]);
      if (asked === undefined) return original.apply(this, args);
      try {
        const promise = original.apply(this, args);
        if (!(promise instanceof Promise)) {
          finish(asked, undefined);
          return promise;
        }
        return promise.then(
          (value) => {
            finish(asked, undefined);
            return value;
          },
          (error) => {
            finish(asked, error);
            throw error;
          },
        );
      } catch (error) {
        finish(asked, error);
        throw error;
      }
    },
  };
  return wrapper.call;
}
