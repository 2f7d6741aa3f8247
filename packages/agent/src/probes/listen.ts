import { patchFunction } from './patch.ts';
import type { Probe } from './probe.ts';

/** Tells when the process begins to be a server, of whatever protocol. */
export function listenProbe(serve: () => void): Probe {
  return {
    name: 'listen',
    sources: [],
    install(kit) {
      const told = kit.guard((server: object) => {
        kit.flight.parts.servers.add(server);
        serve();
      });
      const net = process.getBuiltinModule('node:net');
      return patchFunction(net.Server.prototype, 'listen', (original) => {
        return function listen(this: object, ...args: never[]): unknown {
          told(this);
          return original.apply(this, args);
        };
      });
    },
  };
}
