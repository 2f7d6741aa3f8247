import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import http from 'node:http';
import { hookLibraries } from './module-hook.ts';
import { patchFunction } from './patch.ts';
import type { Probe } from './probe.ts';

const CONNECTED = 'undici:client:connected';
/** undici 6 and later, and 5. */
const POOL_BASE = /\/undici\/lib\/(dispatcher\/)?pool-base\.js$/;

/**
 * Remembers the clients of outgoing calls by the connections they open, for `/debug/holdup/timeouts`: nothing is added to a call
 * over a connection that stands.
 */
export const partsProbe: Probe = {
  name: 'parts',
  sources: [],
  install(kit) {
    const { parts } = kit.flight;
    const agentSeen = kit.guard((agent: object) => parts.agents.add(agent));
    const poolSeen = kit.guard((pool: object) => parts.undiciPools.add(pool));
    const clientSeen = kit.guard((socket: unknown) => {
      const client = keptUnder(socket, 'client');
      if (typeof client === 'object' && client !== null) parts.undiciClients.add(client);
    });
    const connected = (message: unknown) => clientSeen((message as { readonly socket?: unknown }).socket);
    subscribe(CONNECTED, connected);
    const undo = [
      () => unsubscribe(CONNECTED, connected),
      // Called for a new socket only, by the agents of `https` and most agents from npm as well.
      patchFunction(http.Agent.prototype, 'createSocket', (original) => {
        return function createSocket(this: object, ...args: never[]): unknown {
          agentSeen(this);
          return original.apply(this, args);
        };
      }),
    ];
    const patch = (exports: unknown) => {
      const { PoolBase, kAddClient } = exports as { PoolBase?: { prototype: object }; kAddClient?: symbol };
      if (PoolBase === undefined || kAddClient === undefined) return;
      undo.push(
        patchFunction(PoolBase.prototype, kAddClient, (original) => {
          return function (this: object, ...args: never[]): unknown {
            poolSeen(this);
            return original.apply(this, args);
          };
        }),
      );
    };
    undo.push(hookLibraries(kit, [{ file: POOL_BASE, patch }]));
    return () => {
      for (const step of undo.splice(0).reverse()) step();
    };
  },
};

function keptUnder(object: unknown, description: string): unknown {
  if (typeof object !== 'object' || object === null) return undefined;
  const symbol = Object.getOwnPropertySymbols(object).find((each) => each.description === description);
  return symbol === undefined ? undefined : Reflect.get(object, symbol);
}
