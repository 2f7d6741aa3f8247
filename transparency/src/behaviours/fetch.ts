import { seeOrder, seeSettled, seeTurn, seeTurns } from '../see/settle.ts';
import type { Behaviours, Stage } from '../see/stage.ts';
import { seeShape } from '../see/watch.ts';
import { pause, recordWire, serve, serveTcp } from '../see/wire.ts';

const CLOSE = 'Connection: close\r\n';

async function serveAll(stage: Stage): Promise<string> {
  const port = await serve(stage, (request, response) => {
    response.setHeader('connection', 'close');
    const { pathname } = new URL(request.url ?? '/', 'http://x');
    const wait = Number(pathname.slice(1));
    if (pathname === '/hang') return;
    if (pathname === '/redirect') response.writeHead(302, { location: '/' }).end();
    else if (pathname === '/loop') response.writeHead(307, { location: '/loop' }).end();
    else if (pathname === '/json') response.setHeader('content-type', 'application/json').end('{"a":1}');
    else if (pathname === '/echo') request.pipe(response);
    else if (pathname === '/part') response.write('some');
    else if (pathname === '/cut') response.write('some', () => response.destroy());
    else if (pathname === '/404') response.writeHead(404).end('no');
    else if (wait > 0) setTimeout(() => response.end(pathname), wait);
    else response.end('hello');
  });
  return `http://127.0.0.1:${port}`;
}

export const behaviours: Behaviours = {
  async 'wire: what is sent'(stage) {
    const port = await recordWire(stage, [`HTTP/1.1 200 OK\r\n${CLOSE}Content-Length: 0\r\n\r\n`]);
    const url = `http://127.0.0.1:${port}`;
    const form = new URLSearchParams({ a: 'b c' });
    const stream = new Blob(['streamed']).stream();
    const inits: readonly (readonly [string, RequestInit])[] = [
      ['/?q=1#hash', {}],
      ['/', { method: 'POST', body: 'text', headers: { 'X-A': '1' } }],
      ['/', { method: 'PUT', body: form, headers: new Headers([['x-b', '2']]) }],
      ['/', { method: 'POST', body: stream, duplex: 'half' } as RequestInit],
      ['/', { method: 'DELETE', headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } }],
    ];
    for (const [path, init] of inits) await (await fetch(url + path, init)).text();
    await (await fetch(new Request(url, { method: 'HEAD', referrerPolicy: 'no-referrer' }))).text();
  },
  async answers(stage) {
    const url = await serveAll(stage);
    for (const path of ['/', '/json', '/404', '/redirect', '/cut']) {
      const response = await fetch(url + path);
      const { status, statusText, ok, redirected, type } = response;
      stage.see(path, { status, statusText, ok, redirected, type }, [...response.headers.keys()]);
      await seeSettled(stage.see, 'body', response.clone().text());
      await seeSettled(stage.see, 'json', response.json());
      await seeSettled(stage.see, 'again', response.text());
      stage.see(response.bodyUsed);
    }
  },
  async objects(stage) {
    const response = await fetch(await serveAll(stage));
    seeShape(stage.see, 'response', response);
    seeShape(stage.see, 'headers', response.headers);
    seeShape(stage.see, 'body', response.body ?? {});
    await response.text();
    seeShape(stage.see, 'global', { fetch, ...Object.getOwnPropertyDescriptor(globalThis, 'fetch') });
    stage.see(fetch.name, fetch.length, Object.getOwnPropertyNames(fetch));
  },
  async 'errors of calls'(stage) {
    for (const [input, init] of [
      ['http://[nonsense/'],
      ['http://user:pass@127.0.0.1/'],
      ['http://127.0.0.1:1/'],
      ['nonsense:'],
      ['http://127.0.0.1/', { method: 'GET', body: 'x' }],
      ['http://127.0.0.1/', { headers: { 'a b': '1' } }],
      ['http://127.0.0.1/', { method: 'TRACE' }],
      ['http://no-such-host.invalid/'],
    ] as [string, RequestInit?][]) {
      await seeSettled(stage.see, input, fetch(input, init));
    }
    await seeTurns(stage.see, 'bad URL', fetch('http://[nonsense/'));
    await seeTurns(stage.see, 'aborted', fetch('http://127.0.0.1/', { signal: AbortSignal.abort() }));
    await seeSettled(stage.see, 'no argument', (fetch as () => Promise<Response>)());
  },
  async aborted(stage) {
    const url = await serveAll(stage);
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('my reason')), 15);
    await seeSettled(stage.see, 'reason', fetch(`${url}/hang`, { signal: controller.signal }));
    await seeSettled(stage.see, 'timeout', fetch(`${url}/hang`, { signal: AbortSignal.timeout(80) }));
    await seeSettled(stage.see, 'before', fetch(url, { signal: AbortSignal.abort('a string') }));
    const any = AbortSignal.any([AbortSignal.timeout(15), new AbortController().signal]);
    await seeSettled(stage.see, 'any', fetch(`${url}/hang`, { signal: any }));
    const body = new AbortController();
    const response = await fetch(`${url}/part`, { signal: body.signal });
    setTimeout(() => body.abort(), 10);
    await seeSettled(stage.see, 'body', response.text());
  },
  async redirects(stage) {
    const url = await serveAll(stage);
    await seeSettled(stage.see, 'loop', fetch(`${url}/loop`));
    await seeSettled(stage.see, 'refused', fetch(`${url}/redirect`, { redirect: 'error' }));
    const manual = await fetch(`${url}/redirect`, { redirect: 'manual' });
    stage.see(manual.status, manual.headers.get('location'));
  },
  async bodies(stage) {
    const url = await serveAll(stage);
    const echo = (body: RequestInit['body']) =>
      fetch(`${url}/echo`, { method: 'POST', body, duplex: 'half' } as RequestInit);
    stage.see((await (await echo('x'.repeat(300_000))).arrayBuffer()).byteLength);
    stage.see(await (await echo(new Blob(['blob']))).text());
    const failing = new ReadableStream({ pull: (controller) => controller.error(new Error('in the body')) });
    await seeSettled(stage.see, 'failing body', echo(failing));
    const reader = (await fetch(`${url}/part`)).body?.getReader();
    stage.see(String(Buffer.from((await reader?.read())?.value ?? [])));
    await seeSettled(stage.see, 'cancel', reader?.cancel('enough') ?? Promise.resolve());
    const response = await fetch(url);
    const chunks: string[] = [];
    for await (const chunk of response.body ?? []) chunks.push(Buffer.from(chunk).toString());
    stage.see(chunks);
  },
  async 'broken servers'(stage) {
    for (const answer of [
      'nonsense\r\n\r\n',
      'HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nshort',
      'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\nConnection: close\r\n\r\nnope',
      'HTTP/1.1 999 Odd\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
    ]) {
      const port = await recordWire(stage, [answer]);
      const got = fetch(`http://127.0.0.1:${port}/`);
      await seeSettled(
        stage.see,
        'headers',
        got.then(({ status }) => status),
      );
      await seeSettled(
        stage.see,
        'body',
        got.then((response) => response.text()),
      );
    }
    const port = await serveTcp(stage, (socket) => socket.once('data', () => socket.resetAndDestroy()));
    await seeSettled(stage.see, 'reset', fetch(`http://127.0.0.1:${port}/`));
  },
  async 'settle order'(stage) {
    const url = await serveAll(stage);
    const get = (path: string, signal?: AbortSignal) =>
      fetch(url + path, signal ? { signal } : {}).then((r) => r.text());
    await get('/');
    await seeOrder(stage.see, {
      slow: get('/150'),
      quick: get('/1'),
      middle: get('/100'),
      invalid: fetch('http://[nonsense/'),
      aborted: get('/hang', AbortSignal.timeout(60)),
      raced: Promise.race([get('/150'), pause(30)]),
    });
    await fetch(url).then(() => seeTurn(stage.see, 'after fetch'));
  },
  async 'nobody catches it'(stage) {
    const url = await serveAll(stage);
    void fetch('http://127.0.0.1:1/');
    void fetch(`${url}/hang`, { signal: AbortSignal.timeout(10) });
    const late = fetch('http://[nonsense/');
    await pause(30);
    await late.catch((error) => stage.see('late', error));
    await pause(5);
  },
};
