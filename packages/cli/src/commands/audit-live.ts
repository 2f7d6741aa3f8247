import type { ConfigFile } from '@holdup/audit/chain';
import { takeCredentials } from '../flame/fetch-source.ts';
import { collect, reasonOf } from '../flame/read-source.ts';
import { UsageError } from '../usage-error.ts';

const PATH = '/debug/holdup/timeouts';
/** The endpoint answers within a tenth of a second, or half a second on a busy machine; the rest is the way there. */
const PATIENCE_MS = 10_000;
/** A wait longer than this is said. */
const PROGRESS_MS = 2_000;
/** An answer names at most a few hundred parts. */
const MOST_BYTES = 4_000_000;

/**
 * Asks a running agent for its timeouts. Its answer is read like any file, under its address.
 * @param address `http://host:6060`, or the whole endpoint
 * @throws UsageError in one line: no address, unreachable, refused, not an agent
 */
export async function fetchLive(address: string): Promise<ConfigFile> {
  const { shown, headers } = takeCredentials(endpointOf(address));
  const url = new URL(shown);
  url.searchParams.set('format', 'json');
  const fail = (why: string) => new UsageError('audit', `--live ${shown}: ${why}`);
  const slow = setTimeout(() => process.stderr.write(`holdup audit: asking ${shown}\n`), PROGRESS_MS);
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS), headers, redirect: 'manual' });
    const refusal = refusalOf(response.status);
    if (refusal !== undefined) throw fail(refusal);
    const bytes = response.body ? await collect(response.body, shown) : new Uint8Array();
    const text = bytes.length > MOST_BYTES ? undefined : prettyTimeouts(Buffer.from(bytes).toString('utf8'));
    if (text === undefined) throw fail(`no Holdup agent answers there; give the address of its debug endpoints`);
    return { file: shown, text };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw fail(whyNot(error));
  } finally {
    clearTimeout(slow);
  }
}

function endpointOf(address: string): URL {
  let url: URL | undefined;
  try {
    url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `http://${address}`);
  } catch {}
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UsageError('audit', `--live ${JSON.stringify(address)}: not an address; as in http://127.0.0.1:6060`);
  }
  if (!url.pathname.endsWith(PATH))
    url.pathname = `${url.pathname.replace(/\/(?:debug\/(?:pprof\/?|holdup\/?)?)?$/, '')}${PATH}`;
  url.search = '';
  url.hash = '';
  return url;
}

function refusalOf(status: number): string | undefined {
  if (status === 200) return undefined;
  switch (status) {
    case 401:
      return 'it wants a token: set HOLDUP_DEBUG_TOKEN to what the service has';
    case 403:
      return 'it answers only addresses and localhost (403): ask by address, or give the service a HOLDUP_DEBUG_TOKEN';
    case 404:
      return 'nothing at that path (404): no Holdup agent, or one that does not tell its timeouts yet';
    case 503:
      return 'its main thread does not answer, and it has told nothing before (503): ask again';
    default:
      return `it answered ${status}; give the address of the debug endpoints of a Holdup agent`;
  }
}

/** Undefined: no answer of ours. One value a line, so that a finding has its own. */
function prettyTimeouts(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isOurs = typeof value === 'object' && value !== null && 'holdup' in value && value.holdup === 'timeouts';
    return isOurs ? `${JSON.stringify(value, undefined, 2)}\n` : undefined;
  } catch {
    return undefined;
  }
}

function whyNot(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${PATIENCE_MS / 1000} s`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ECONNREFUSED') return 'nothing listens there; is the service running, and its debug address on?';
  if (code === 'ENOTFOUND') return 'the host is not known';
  return `cannot be asked: ${reasonOf(cause)}`;
}
