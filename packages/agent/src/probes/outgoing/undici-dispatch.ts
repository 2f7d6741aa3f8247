import { hookLibraries } from '../module-hook.ts';
import { patchFunction } from '../patch.ts';
import type { Kit } from '../probe.ts';
import { attach, attached } from '../stamp.ts';
import type { Connections } from './connections.ts';
import { BackgroundCall, type UndiciCall, UndiciOp } from './undici-op.ts';

/** undici 6 and later, and 5. */
const DISPATCHER_BASE = /\/undici\/lib\/(dispatcher\/)?dispatcher-base\.js$/;

/**
 * Where a call through undici from npm begins. A pool at its limit queues calls before it makes requests of them, and
 * makes those later in the context of whoever freed a connection: the channels come too late and name the wrong caller.
 * (The undici in Node has no limit, and its own dispatchers cannot be had.)
 */
export function hookDispatch(kit: Kit, connections: Connections): () => void {
  const undo: (() => void)[] = [];
  const wrap = (original: (...args: never[]) => unknown) => {
    const wrapper = {
      dispatch(this: object, ...args: never[]): unknown {
        const call = kit.on ? mark(kit, connections, args[0], args[1]) : undefined;
        if (call === undefined) return original.apply(this, args);
        const outer = connections.dispatching;
        connections.dispatching = call;
        try {
          return original.apply(this, args);
        } finally {
          connections.dispatching = outer;
          if (!call.linked) queued(call, this);
        }
      },
    };
    return wrapper.dispatch;
  };
  const patch = (exports: unknown) => {
    const { prototype } = exports as { prototype?: object };
    if (prototype === undefined) return;
    undo.push(patchFunction(prototype, 'dispatch', wrap));
  };
  /** No request was made of it: it waits in a pool, or it failed. */
  const queued = kit.guard((call: UndiciOp | BackgroundCall, pool: object) => {
    if (!(call instanceof UndiciOp) || call.opened) return;
    const { stats } = pool as { stats?: { queued?: unknown } };
    if (typeof stats?.queued !== 'number' || stats.queued === 0) return;
    call.limit = connectionLimit(pool);
    call.to(originOf(pool));
    call.open();
  });
  undo.push(hookLibraries(kit, [{ file: DISPATCHER_BASE, patch }]));
  return () => {
    for (const step of undo) step();
  };
}

/** Whose call this is. Agent, pool and client each dispatch it in turn, mostly with the same handler. */
function mark(
  kit: Kit,
  connections: Connections,
  options: unknown,
  handler: unknown,
): UndiciOp | BackgroundCall | undefined {
  try {
    if (typeof handler !== 'object' || handler === null || typeof options !== 'object' || options === null) {
      return undefined;
    }
    const root = innermost(handler);
    const before = attached(root);
    const known = before instanceof UndiciOp || before instanceof BackgroundCall ? before : undefined;
    const { dispatching } = connections;
    if (known !== undefined && !known.linked && (known === dispatching || known.opened)) return known;
    const call =
      dispatching !== undefined && !dispatching.linked ? dispatching : beginCall(kit, connections, options, known);
    attach(root, call);
    return call;
  } catch (error) {
    kit.fail(error);
    return undefined;
  }
}

/** More interceptors than this around one call are not seen through. */
const MAX_HANDLERS = 8;

/** The caller's own handler: interceptors wrap it anew for every redirect and retry. */
function innermost(handler: object): object {
  let inner = handler;
  for (let depth = 0; depth < MAX_HANDLERS; depth++) {
    const { handler: next } = inner as { handler?: unknown };
    if (typeof next !== 'object' || next === null) break;
    inner = next;
  }
  return inner;
}

/** @param before an earlier call of the same handler: redirects and retries are sent from the context of some socket */
function beginCall(
  kit: Kit,
  connections: Connections,
  options: UndiciCall,
  before: UndiciOp | BackgroundCall | undefined,
): UndiciOp | BackgroundCall {
  const request =
    before === undefined ? kit.context.current() : before instanceof UndiciOp ? before.request : undefined;
  return request === undefined || !isCall(options) ? new BackgroundCall() : new UndiciOp(request, options, connections);
}

/** An upgrade never says that it was answered, and a tunnel is part of the call that goes through it. */
export function isCall({ method, upgrade }: UndiciCall): boolean {
  return method !== 'CONNECT' && !upgrade;
}

function connectionLimit(pool: object): number | undefined {
  const limit = keptUnder('connections', pool);
  return typeof limit === 'number' ? limit : undefined;
}

function originOf(pool: object): unknown {
  const url = keptUnder('url', pool);
  return url instanceof URL ? url.origin : undefined;
}

/** Pools keep what they are about under symbols of their own. */
function keptUnder(description: string, pool: object): unknown {
  const symbol = Object.getOwnPropertySymbols(pool).find((each) => each.description === description);
  return symbol === undefined ? undefined : Reflect.get(pool, symbol);
}
