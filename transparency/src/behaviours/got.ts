import http from 'node:http';
import got from 'got';
import { seeOrder, seeTurns } from '../see/settle.ts';
import type { Behaviours, See, Stage } from '../see/stage.ts';
import { watch } from '../see/watch.ts';
import { pause, recordWire, serve, serveTcp } from '../see/wire.ts';

async function serveAll(stage: Stage): Promise<string> {
  let flaky = 0;
  const port = await serve(stage, (request, response) => {
    const wait = Number(request.url?.slice(1));
    response.setHeader('connection', 'close');
    if (request.url === '/hang') return;
    if (request.url === '/json') response.end('{"a":1}');
    else if (request.url === '/echo') request.pipe(response);
    else if (request.url === '/500' || (request.url === '/flaky' && ++flaky % 2 === 1))
      response.writeHead(500).end('no');
    else if (request.url === '/redirect') response.writeHead(302, { location: '/json' }).end();
    else if (request.url === '/cut') response.write('some', () => response.destroy());
    else if (wait > 0) setTimeout(() => response.end(request.url), wait);
    else response.end('hello');
  });
  return `http://127.0.0.1:${port}`;
}

/** Without Node's: got puts two stacks into one where they end alike, and in the agent's frames they do not. */
const frames = (stack: string | undefined) =>
  `${String(stack)
    .split('\n')
    .filter((line) => /^\s+at /.test(line) && !line.includes('node:'))
    .join('\n')}\n`;

/** The error without its options and timings: they are too long to be compared. */
async function seeOutcome(see: See, name: string, promise: PromiseLike<unknown>): Promise<void> {
  try {
    const value = (await promise) as {
      statusCode?: number;
      body?: unknown;
      retryCount?: number;
      timings?: { phases: object };
    };
    see(name, value.statusCode ?? value, value.body, value.retryCount, Object.keys(value.timings?.phases ?? {}));
  } catch (error) {
    const { name: kind, message, code, stack, cause } = error as Error & { code?: string };
    see(name, kind, code, message, Object.keys(error as object), cause, frames(stack));
  }
}

const once = { retry: { limit: 0 } };

export const behaviours: Behaviours = {
  async 'wire: what is sent'(stage) {
    const port = await recordWire(stage);
    const url = `http://127.0.0.1:${port}`;
    const agent = { http: new http.Agent() };
    await got(`${url}/?q=1`, { agent, searchParams: { a: 1 } });
    await got.post(url, { agent, json: { a: 1 } });
    await got.put(url, { agent, form: { a: 'b' }, headers: { 'X-A': '1' } });
    await got.delete(url, { agent, username: 'u', password: 'p' });
  },
  async answers(stage) {
    const url = await serveAll(stage);
    for (const path of ['/', '/json', '/500', '/redirect', '/cut'])
      await seeOutcome(stage.see, path, got(url + path, once));
    await seeOutcome(stage.see, 'json', got(`${url}/json`).json());
    await seeOutcome(stage.see, 'bad json', got(url).json());
    await seeOutcome(stage.see, 'buffer', got(url).buffer());
    await seeOutcome(
      stage.see,
      'retried',
      got(`${url}/flaky`, { retry: { limit: 1, calculateDelay: ({ attemptCount }) => (attemptCount > 1 ? 0 : 2) } }),
    );
  },
  async streams(stage) {
    const url = await serveAll(stage);
    const stream = got.stream.post(`${url}/echo`);
    watch(stage.side('stream'), 'stream', stream);
    stream.end('through');
    let text = '';
    for await (const chunk of stream) text += chunk;
    stage.see(text);
    const failing = got.stream(`${url}/500`, once);
    failing.on('error', (error) => stage.see(error.name, error.message));
    await new Promise((resolve) => failing.on('close', resolve).resume());
  },
  async errors(stage) {
    const reset = await serveTcp(stage, (socket) => socket.once('data', () => socket.resetAndDestroy()));
    const garbage = await recordWire(stage, ['nonsense\r\n\r\n']);
    for (const url of ['http://127.0.0.1:1/', 'http://no-such-host.invalid/', 'nonsense', 'ftp://x/'])
      await seeOutcome(stage.see, url, got(url, once));
    await seeOutcome(stage.see, 'reset', got(`http://127.0.0.1:${reset}/`, once));
    await seeOutcome(stage.see, 'garbage', got(`http://127.0.0.1:${garbage}/`, once));
  },
  async 'aborted and timed out'(stage) {
    const url = `${await serveAll(stage)}/hang`;
    await seeOutcome(stage.see, 'request', got(url, { ...once, timeout: { request: 80 } }));
    await seeOutcome(stage.see, 'response', got(url, { ...once, timeout: { response: 20 } }));
    await seeOutcome(stage.see, 'signal', got(url, { ...once, signal: AbortSignal.timeout(20) }));
    const promise = got(url, once);
    setTimeout(() => promise.cancel('enough'), 10);
    await seeOutcome(stage.see, 'canceled', promise);
  },
  async hooks(stage) {
    const url = await serveAll(stage);
    const client = got.extend({
      retry: { limit: 1, calculateDelay: ({ attemptCount }) => (attemptCount > 1 ? 0 : 2) },
      hooks: {
        beforeRequest: [(options) => stage.see('beforeRequest', String(options.url).replace(/:\d+/, ''))],
        beforeRetry: [(error, count) => stage.see('beforeRetry', error.code, count)],
        beforeError: [
          (error) => {
            stage.see('beforeError', error.code);
            return error;
          },
        ],
        afterResponse: [
          (response) => {
            stage.see('afterResponse', response.statusCode);
            return response;
          },
        ],
      },
    });
    for (const path of ['/json', '/500', '/flaky']) await seeOutcome(stage.see, path, client(url + path));
  },
  async 'settle order'(stage) {
    const url = await serveAll(stage);
    await got(url);
    await seeOrder(stage.see, {
      slow: got(`${url}/160`),
      quick: got(`${url}/5`),
      aborted: got(`${url}/hang`, { ...once, timeout: { request: 60 } }),
      pause: pause(110),
    });
    await seeTurns(stage.see, 'invalid', got('nonsense'));
  },
};
