import { defaultTimeout } from '../../defaults/index.ts';
import { type ConfigFile, type Endpoint, type Hop, NOTHING_READ, type Reading } from '../../hop.ts';
import { idAt, present, timeoutAt } from '../../trees/limits.ts';
import { readToml } from '../../trees/read-toml.ts';
import { at, entries, items, number, type Tree, text } from '../../trees/tree.ts';
import { unknownTimeouts } from '../../trees/walk.ts';
import type { Format } from '../format.ts';

const KNOWN = new Set([
  'connect_timeout',
  'idle_timeout',
  'idle_client_in_transaction_timeout',
  'healthcheck_timeout',
  'shutdown_timeout',
  'statement_timeout',
  'tcp_keepalives_idle',
  'tcp_keepalives_count',
  'tcp_keepalives_interval',
]);
const PORT = 6432;
/** Every duration is in milliseconds. */
const parse = (written: string): number | undefined => (/^\d+$/.test(written.trim()) ? Number(written) : undefined);

export const pgcat: Format = {
  id: 'pgcat',
  title: 'pgcat',
  sniff: ({ file, text: content }) => /\.toml$/.test(file) && /^\[pools\.[^\]]*shards\./m.test(content),
  read: readPgcat,
};

function readPgcat(file: ConfigFile): Reading {
  const { documents, problems } = readToml(file);
  return {
    ...NOTHING_READ,
    hops: documents.flatMap(hopsOf),
    notUnderstood: documents.flatMap((document) => unknownTimeouts(document, KNOWN)),
    problems,
  };
}

/** One for each pool; what it does not say itself stands under `general`. */
function hopsOf(document: Tree): Hop[] {
  const general = at(document, 'general');
  const listen = { port: number(at(general, 'port')) ?? PORT };
  return entries(at(document, 'pools')).map(([name, { value: pool, key: place }]) => {
    const written = (setting: string) => at(pool, setting) ?? at(general, setting);
    const users = entries(at(pool, 'users')).map(([, { value }]) => at(value, 'statement_timeout'));
    return {
      id: idAt('pgcat', place),
      name: `pgcat ${name}`,
      format: 'pgcat',
      role: 'pooler',
      engine: 'postgres',
      place,
      timeouts: present(
        timeoutAt(written('connect_timeout'), { kind: 'acquire', setting: 'connect_timeout', parse }) ??
          defaultTimeout('pgcat.connect_timeout', 'connect_timeout', place),
        timeoutAt(written('idle_timeout'), { kind: 'upstream-keepalive', setting: 'idle_timeout', parse }) ??
          defaultTimeout('pgcat.idle_timeout', 'idle_timeout', place),
        timeoutAt(written('server_lifetime'), { kind: 'lifetime', setting: 'server_lifetime', parse }),
        timeoutAt(written('idle_client_in_transaction_timeout'), {
          kind: 'idle-in-transaction',
          setting: 'idle_client_in_transaction_timeout',
          parse,
        }),
        timeoutAt(
          users.find((found) => found !== undefined),
          { kind: 'statement', setting: 'statement_timeout', parse },
        ),
      ),
      listens: [listen],
      upstreams: serversOf(pool),
      reusesUpstream: true,
    };
  });
}

/** `servers = [["db", 5432, "primary"]]` of each shard. */
function serversOf(pool: Tree): Endpoint[] {
  return entries(at(pool, 'shards')).flatMap(([, { value }]) =>
    items(at(value, 'servers')).flatMap((server) => {
      const [host, port] = [
        text(at(server, 0)) ?? text(at(server, 'host')),
        number(at(server, 1)) ?? number(at(server, 'port')),
      ];
      return host === undefined ? [] : [{ host: host.toLowerCase(), ...(port === undefined ? {} : { port }) }];
    }),
  );
}
