import { UsageError } from '../usage-error.ts';
import { tellProgress } from './progress.ts';
import { collect, reasonOf, type Source } from './read-source.ts';

/** Milliseconds a server may take beyond what the profile itself takes. */
const PATIENCE_MS = 30_000;
/** Bytes of an error's answer that are read: its first line is shown. */
const ERROR_BYTES = 4096;
const ERROR_SIGNS = 200;

/**
 * Fetches a profile. A debug address that asks for `?seconds=30` is waited for as long.
 * @throws UsageError in one line: unreachable, refused, too slow, too large.
 */
export async function fetchSource(address: string): Promise<Source> {
  const url = parseAddress(address);
  const { shown, headers } = takeCredentials(url);
  const seconds = Number(url.searchParams.get('seconds'));
  const taken = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
  if (taken > 2000) process.stderr.write(`holdup flame: ${shown} takes ${seconds} s\n`);
  const ofTaken = taken > 0 ? ` of ${seconds}` : '';
  const answered = tellProgress((passedMs) => `waiting for ${shown}, ${Math.round(passedMs / 1000)}${ofTaken} s …`);
  const signal = AbortSignal.timeout(Math.min(taken + PATIENCE_MS, 2 ** 31 - 1));
  try {
    const response = await fetch(url, { signal, headers });
    answered();
    if (!response.ok) throw new UsageError('flame', `${shown} answered ${response.status}${await explain(response)}`);
    if (!response.body) throw new UsageError('flame', `${shown} answered with nothing`);
    return { title: titleOf(url), bytes: await collect(response.body, shown) };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError('flame', `cannot fetch ${shown}: ${whyNot(error, taken)}`);
  } finally {
    answered();
  }
}

function parseAddress(address: string): URL {
  try {
    return new URL(address);
  } catch {
    throw new UsageError('flame', `${address} is no valid address; write http://host:port/path`);
  }
}

/** Name and password leave the address: fetch takes none there, and nobody should read them in an error. */
export function takeCredentials(url: URL): { readonly shown: string; readonly headers: Record<string, string> } {
  const { username, password } = url;
  url.username = '';
  url.password = '';
  const shown = url.href;
  if (username !== '' || password !== '') {
    return { shown, headers: basic(decode(username), decode(password)) };
  }
  const token = process.env.HOLDUP_DEBUG_TOKEN?.trim();
  if (!token) return { shown, headers: {} };
  // A header carries nothing but visible ASCII.
  return { shown, headers: /^[!-~]+$/.test(token) ? { authorization: `Bearer ${token}` } : basic('holdup', token) };
}

/** As it stands where its percent signs are no escapes. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function basic(name: string, password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` };
}

/** The first line of what a server says to its error. */
async function explain(response: Response): Promise<string> {
  if (!response.body) return '';
  let text = '';
  for await (const chunk of response.body) {
    text += Buffer.from(chunk).toString('utf8');
    if (text.length > ERROR_BYTES) break;
  }
  const line = text.trim().split('\n')[0]?.trim() ?? '';
  return line === '' || line.startsWith('<') ? '' : `: ${line.slice(0, ERROR_SIGNS)}`;
}

function whyNot(error: unknown, takenMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return `no profile within ${Math.round((takenMs + PATIENCE_MS) / 1000)} s`;
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ECONNREFUSED') return 'nothing listens there; is the service running, and its debug address on?';
  if (code === 'ENOTFOUND') return 'the host is not known';
  return reasonOf(cause);
}

function titleOf({ host, pathname }: URL): string {
  return `${host}${pathname === '/' ? '' : pathname}`;
}
