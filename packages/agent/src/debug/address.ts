import { isIP } from 'node:net';

export interface DebugAddress {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Whoever asks must show it. Without one only this machine is answered. */
  readonly token?: string;
  /** Not what everybody finds by default, so it has to be said. */
  readonly isOwn: boolean;
}

const DEFAULT_HOST = '127.0.0.1';
/** Where Go's documentation, and so everybody's habit, has it. */
const DEFAULT_PORT = 6060;

/** Shorter ones can be guessed over the network. */
const MIN_TOKEN_CHARS = 16;

/**
 * Reads `HOLDUP_DEBUG_ADDR` (`127.0.0.1:6060`, `:6060`, `[::1]:6060`, a port alone, `off`) and `HOLDUP_DEBUG_TOKEN`.
 * Undefined: no endpoints. What makes no sense, or would be open to others, is reported and only this machine is served.
 */
export function readDebugAddress(
  text: string | undefined,
  secret: string | undefined,
  complain: (line: string) => void,
): DebugAddress | undefined {
  if (text === 'off') return undefined;
  // A secret out of a file ends with a line break, which no header can carry.
  const token = secret?.trim();
  const address = { host: DEFAULT_HOST, port: DEFAULT_PORT, isOwn: false, ...(token ? { token } : {}) };
  if (text === undefined || text === '') return address;
  const asked = parse(text);
  if (asked === undefined) {
    const quoted = JSON.stringify(text.slice(0, 40));
    complain(`HOLDUP_DEBUG_ADDR: ${quoted} is not host:port, a port or off; using ${DEFAULT_HOST}:${DEFAULT_PORT}`);
    return address;
  }
  if (!isLoopback(asked.host) && (token ?? '').length < MIN_TOKEN_CHARS) {
    const need = `needs HOLDUP_DEBUG_TOKEN with at least ${MIN_TOKEN_CHARS} characters`;
    complain(`HOLDUP_DEBUG_ADDR: ${asked.host} may be reached by others and ${need}; using ${DEFAULT_HOST}`);
    return { ...address, port: asked.port, isOwn: true };
  }
  return { ...address, ...asked, isOwn: true };
}

/** An address of this machine that nobody else can reach. */
function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  const v4 = host.startsWith('::ffff:') ? host.slice('::ffff:'.length) : host;
  return isIP(v4) === 4 && v4.startsWith('127.');
}

function parse(text: string): { readonly host: string; readonly port: number } | undefined {
  const match = /^(?:(\[[\da-f:.]+\]|[\w.-]*):)?(\d{1,5})$/i.exec(text.trim());
  const port = Number(match?.[2]);
  if (match === null || port > 65_535) return undefined;
  const host = match[1]?.replace(/^\[|\]$/g, '');
  // A port alone stays on this machine. `:6060` is every address in Go: safer here, and said in the docs.
  return { host: host === undefined || host === '' ? DEFAULT_HOST : host, port };
}

/** Where they are after all, for people and for machines. */
export function debugPlace(asked: DebugAddress, port: number): { readonly text: string; readonly url: string } {
  const { host } = asked;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}/debug/pprof/`;
  const taken = port !== asked.port && asked.port !== 0 ? ` (port ${asked.port} is taken)` : '';
  return { text: `debug endpoints: ${url}${taken}`, url };
}
