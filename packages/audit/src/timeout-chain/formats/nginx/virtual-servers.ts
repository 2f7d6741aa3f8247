import type { Remark } from '../../hop.ts';
import type { Directive } from './parse.ts';

/**
 * `client_header_timeout` and `keepalive_timeout`'s sibling settings that nginx needs before it knows which virtual server a
 * request is for: of several servers on one address, only the default server's counts.
 * Source: ngx_http_core_module, client_header_timeout; nginx.org/en/docs/http/request_processing.html
 */
export function headerTimeoutRemarks(directives: readonly Directive[]): Map<Directive, Remark[]> {
  const remarks = new Map<Directive, Remark[]>();
  for (const servers of serversByAddress(directives).values()) {
    const standard = servers.find(isDefault) ?? servers[0];
    for (const server of servers) {
      const header = server.block?.find(({ name }) => name === 'client_header_timeout');
      if (server === standard || !header) continue;
      remarks.set(server, [
        {
          rule: 'chain/header-timeout-ignored',
          message: `client_header_timeout ${header.args[0] ?? ''} never applies: nginx reads the header before it knows the virtual server, with the setting of the address's default server (line ${standard?.place.line ?? 0})`,
          help: 'set client_header_timeout in the http block, or in the server marked default_server',
          place: header.place,
        },
      ]);
    }
  }
  return remarks;
}

function serversByAddress(
  directives: readonly Directive[],
  into = new Map<string, Directive[]>(),
): Map<string, Directive[]> {
  for (const directive of directives) {
    if (directive.name === 'stream') continue;
    if (directive.name === 'server' && directive.block) {
      const listens = directive.block.filter(({ name }) => name === 'listen');
      for (const address of listens.length > 0 ? listens.map(({ args }) => normal(args[0] ?? '80')) : ['80']) {
        into.set(address, [...(into.get(address) ?? []), directive]);
      }
    } else if (directive.block) serversByAddress(directive.block, into);
  }
  return into;
}

function normal(address: string): string {
  return address.replace(/^(?:\*|0\.0\.0\.0):/, '');
}

function isDefault(server: Directive): boolean {
  return (server.block ?? []).some(
    ({ name, args }) => name === 'listen' && args.some((arg) => arg === 'default_server' || arg === 'default'),
  );
}
