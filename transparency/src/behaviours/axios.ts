import http from 'node:http';
import axios, { type AxiosRequestConfig } from 'axios';
import { seeOrder, seeSettled, seeTurns } from '../see/settle.ts';
import type { Behaviours, See, Stage } from '../see/stage.ts';
import { pause, recordWire, serve, serveTcp } from '../see/wire.ts';

async function serveAll(stage: Stage): Promise<string> {
  const port = await serve(stage, (request, response) => {
    const wait = Number(request.url?.slice(1));
    response.setHeader('connection', 'close');
    if (request.url === '/hang') return;
    if (request.url === '/json') response.setHeader('content-type', 'application/json').end('{"a":1}');
    else if (request.url === '/echo') request.pipe(response);
    else if (request.url === '/500') response.writeHead(500).end('no');
    else if (request.url === '/redirect') response.writeHead(302, { location: '/json' }).end();
    else if (request.url === '/loop') response.writeHead(302, { location: '/loop' }).end();
    else if (request.url === '/cut') response.write('some', () => response.destroy());
    else if (wait > 0) setTimeout(() => response.end(request.url), wait);
    else response.end('hello');
  });
  return `http://127.0.0.1:${port}`;
}

/** The error as axios shows it: with its configuration and request it is too long to be compared. */
async function seeOutcome(see: See, name: string, promise: Promise<unknown>): Promise<void> {
  try {
    const value = (await promise) as { status?: number; data?: unknown; headers?: object };
    see(
      name,
      value.status,
      typeof value.data === 'object' && value.data?.constructor !== Object ? value.data?.constructor.name : value.data,
      Object.keys(value.headers ?? {}),
    );
  } catch (error) {
    if (!axios.isAxiosError(error)) see(name, error);
    else
      see(
        name,
        error.name,
        error.code,
        error.message,
        error.status,
        Object.keys(error),
        Object.keys(error.toJSON()),
        error.cause,
        error.request?.constructor.name,
        frames(error),
      );
  }
}

/** Without Node's: axios adds a stack to another where they do not end alike, and in the agent's frames they do not. */
const frames = (error: Error) =>
  `${String(error.stack)
    .split('\n')
    .slice(1)
    .filter((line) => !line.includes('node:'))
    .join('\n')}\n`;

export const behaviours: Behaviours = {
  async 'wire: what is sent'(stage) {
    const port = await recordWire(stage);
    const url = `http://127.0.0.1:${port}`;
    const calls: AxiosRequestConfig[] = [
      { url: `${url}/?q=1`, params: { a: [1, 2] } },
      { url, method: 'post', data: { json: true } },
      { url, method: 'put', data: new URLSearchParams({ a: 'b' }), headers: { 'X-A': '1' } },
      { url, method: 'post', data: Buffer.from('bytes'), auth: { username: 'u', password: 'p' } },
      { url, method: 'delete', adapter: 'fetch' },
    ];
    for (const call of calls) await axios({ httpAgent: new http.Agent(), ...call });
  },
  async answers(stage) {
    const url = await serveAll(stage);
    for (const path of ['/', '/json', '/500', '/redirect', '/loop', '/cut'])
      await seeOutcome(stage.see, path, axios.get(url + path, { maxRedirects: 2 }));
    await seeOutcome(stage.see, 'stream', axios.get(url, { responseType: 'stream' }));
    await seeOutcome(stage.see, 'bytes', axios.get(url, { responseType: 'arraybuffer' }));
    await seeOutcome(stage.see, 'echo', axios.post(`${url}/echo`, 'x'.repeat(1_000)));
    await seeOutcome(stage.see, 'too long', axios.post(`${url}/echo`, 'x'.repeat(1_000), { maxContentLength: 10 }));
    await seeOutcome(stage.see, 'fetch', axios.get(`${url}/json`, { adapter: 'fetch' }));
  },
  async errors(stage) {
    const reset = await serveTcp(stage, (socket) => socket.once('data', () => socket.resetAndDestroy()));
    const garbage = await recordWire(stage, ['nonsense\r\n\r\n']);
    for (const url of ['http://127.0.0.1:1/', 'http://no-such-host.invalid/', 'nonsense', 'ftp://x/', 'http://[bad/'])
      await seeOutcome(stage.see, url, axios.get(url));
    await seeOutcome(stage.see, 'reset', axios.get(`http://127.0.0.1:${reset}/`));
    await seeOutcome(stage.see, 'garbage', axios.get(`http://127.0.0.1:${garbage}/`));
    await seeOutcome(stage.see, 'header', axios.get('http://127.0.0.1:1/', { headers: { 'a b': '1' } }));
    await seeOutcome(stage.see, 'fetch', axios.get('http://127.0.0.1:1/', { adapter: 'fetch' }));
  },
  async 'aborted and timed out'(stage) {
    const url = `${await serveAll(stage)}/hang`;
    await seeOutcome(stage.see, 'timeout', axios.get(url, { timeout: 80 }));
    await seeOutcome(stage.see, 'signal', axios.get(url, { signal: AbortSignal.timeout(20) }));
    await seeOutcome(stage.see, 'before', axios.get(url, { signal: AbortSignal.abort() }));
    const source = axios.CancelToken.source();
    setTimeout(() => source.cancel('enough'), 10);
    await seeOutcome(stage.see, 'token', axios.get(url, { cancelToken: source.token }));
    await seeOutcome(stage.see, 'fetch', axios.get(url, { adapter: 'fetch', timeout: 20 }));
  },
  async interceptors(stage) {
    const client = axios.create({ baseURL: await serveAll(stage) });
    client.interceptors.request.use((config) => {
      stage.see('request', config.url, Object.keys(config));
      return config;
    });
    client.interceptors.response.use(
      (response) => {
        stage.see('response', response.status);
        return response;
      },
      (error) => {
        stage.see('error', error.code);
        return Promise.reject(error);
      },
    );
    for (const path of ['/json', '/500']) await seeOutcome(stage.see, path, client.get(path));
  },
  async 'settle order'(stage) {
    const url = await serveAll(stage);
    await axios.get(url);
    await seeOrder(stage.see, {
      slow: axios.get(`${url}/160`),
      quick: axios.get(`${url}/5`),
      aborted: axios.get(`${url}/hang`, { signal: AbortSignal.timeout(60) }),
      invalid: axios.get('nonsense'),
      pause: pause(110),
    });
    await seeTurns(stage.see, 'invalid', axios.get('nonsense'));
    void axios.get('nonsense');
    await seeSettled(stage.see, 'goes on', pause(5));
  },
};
