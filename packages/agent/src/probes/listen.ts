import { patchFunction } from './patch.ts';
import type { Probe } from './probe.ts';

/** Tells when the process begins to be a server, of whatever protocol. */
export function listenProbe(serve: () => void): Probe {
  return {
    name: 'listen',
    sources: [],
    install(kit) {
      const told = kit.guard(serve);
      const net = process.getBuiltinModule('node:net');
      return patchFunction(net.Server.prototype, 'listen', (original) => {
        return function listen(this: object, ...args: never[]): unknown {
          told();
          return original.apply(this, args);
        };
      });
    },
  };
}
