import type { Probe } from '../probe.ts';
import { Connections } from './connections.ts';
import { installDns } from './dns.ts';
import { installHttpClient } from './http-client.ts';
import { installHttp2Client } from './http2-client.ts';
import { installSockets } from './socket.ts';
import { installUndici } from './undici.ts';

const PARTS = [installSockets, installUndici, installHttpClient, installHttp2Client, installDns];

/**
 * The outgoing side: `fetch` and undici, `http(s).request`, name lookups, and the sockets under them. One probe, because
 * they tell one another which socket and which lookup belongs to which call.
 */
export const outgoingProbe: Probe = {
  name: 'outgoing',
  sources: ['http-client', 'socket-phases', 'dns-lookups', 'uploads'],
  install(kit) {
    const connections = new Connections(kit);
    const undo: (() => void)[] = [];
    const uninstall = () => {
      for (const step of undo.splice(0).reverse()) step();
    };
    try {
      for (const install of PARTS) undo.push(install(kit, connections));
    } catch (error) {
      uninstall();
      throw error;
    }
    return uninstall;
  },
};
