import { execFile } from 'node:child_process';
import { createReadStream, existsSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { renderFlamePage } from '@holdup/flame';
import { readProfile } from '@holdup/profile';

/** A page that shows the profile. */
export interface PageToOpen {
  readonly url: string;
  /** Bytes of the page, or of all it loads. */
  readonly bytes: number;
  /** How its zoom is driven: wheel with Ctrl, or a click into the graph. */
  readonly zoom: 'wheel' | 'click';
  /** What it marks (User Timing) once it is all there, where its first paint is not all. */
  readonly wholeMark?: string;
  close(): void;
}

export type Renderer = 'holdup' | 'react-pprof' | 'speedscope';

export const RENDERERS: readonly Renderer[] = ['holdup', 'react-pprof', 'speedscope'];

export interface PageSource {
  /** Folder with the peers installed. */
  readonly peers: string;
  /** The profile, not compressed. */
  readonly file: string;
  readonly bytes: Uint8Array;
  /** Milliseconds that writing the page may take. */
  readonly patienceMs: number;
}

/** @throws Error when a peer's own command wrote none. */
export function makePage(renderer: Renderer, { peers, file, bytes, patienceMs }: PageSource): Promise<PageToOpen> {
  switch (renderer) {
    case 'holdup':
      return Promise.resolve(makeOwn(file, bytes));
    case 'react-pprof':
      return makeReactPprof(peers, file, patienceMs);
    case 'speedscope':
      return serveSpeedscope(peers, file);
  }
}

function makeOwn(file: string, bytes: Uint8Array): PageToOpen {
  const profile = readProfile(bytes, gunzipSync);
  if (!profile) throw new Error('the generated profile cannot be read');
  const out = `${file}.holdup.html`;
  writeFileSync(out, renderFlamePage(profile, { title: 'bench' }));
  return {
    url: pathToFileURL(out).href,
    bytes: statSync(out).size,
    zoom: 'wheel',
    wholeMark: 'graph drawn',
    close: () => {},
  };
}

/** Its own command writes the page. */
async function makeReactPprof(peers: string, file: string, patienceMs: number): Promise<PageToOpen> {
  const out = `${file}.react-pprof.html`;
  const cli = join(peers, 'node_modules', 'react-pprof', 'cli.js');
  try {
    await promisify(execFile)(process.execPath, [cli, '-o', out, file], { timeout: patienceMs });
  } catch {
    throw new Error(`its command wrote no page within ${Math.round(patienceMs / 1000)} s, or failed`);
  }
  return { url: pathToFileURL(out).href, bytes: statSync(out).size, zoom: 'click', close: () => {} };
}

const TYPES: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript', css: 'text/css' };

/** As people host it: its release folder, the profile beside it. */
async function serveSpeedscope(peers: string, file: string): Promise<PageToOpen> {
  const folder = join(peers, 'node_modules', 'speedscope', 'dist', 'release');
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    const path = pathname === '/bench.pb' ? file : join(folder, normalize(pathname === '/' ? '/index.html' : pathname));
    if (!existsSync(path)) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': TYPES[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream' });
    createReadStream(path).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Listening on TCP, it has such an address.
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const url = `${origin}/#profileURL=${encodeURIComponent(`${origin}/bench.pb`)}`;
  return { url, bytes: statSync(file).size, zoom: 'wheel', close: () => server.close() };
}
