import http from 'node:http';
import { fileURLToPath } from 'node:url';
import { type HostRun, type RunningHost, runHeld, type SinkLine } from '../../e2e/testing/host.ts';

const SERVICE = fileURLToPath(new URL('../../../src/debug/fixtures/service.mjs', import.meta.url));

/** The port is open a quarter of a second after the service's own. */
const OPEN_WITHIN_MS = 45_000;

export interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

/** A service with its debug endpoints, in a process of its own. */
export interface Service {
  readonly debugUrl: string;
  /** Asks the service; the test may go on without the answer. */
  readonly ask: (path: string) => Promise<Reply>;
  /** Asks an endpoint. */
  readonly debug: (path: string, headers?: Readonly<Record<string, string>>, method?: string) => Promise<Reply>;
}

/** Runs `use` on a service; gives what it wrote after it was told to end. @param file prints the port it listens on */
export async function withService(
  env: Readonly<Record<string, string>>,
  use: (service: Service) => Promise<void>,
  file = SERVICE,
): Promise<HostRun> {
  const agentEnv = { HOLDUP_DEBUG_ADDR: '127.0.0.1:0', HOLDUP_BUDGET: '1s', ...env };
  return runHeld(file, {
    agentEnv,
    during: async (host) => {
      const port = await host.line(/^\d+$/);
      const debugUrl = await urlOf(host);
      await use({
        debugUrl,
        ask: (path) => get(`http://127.0.0.1:${port}${path}`),
        debug: (path, headers, method) => get(new URL(path, debugUrl).href, headers, method),
      });
      host.child.stdin.end();
    },
  });
}

async function urlOf(host: RunningHost): Promise<string> {
  const until = performance.now() + OPEN_WITHIN_MS;
  while (performance.now() < until) {
    const found = host.sink().find((line): line is Extract<SinkLine, { holdup: 'debug' }> => line.holdup === 'debug');
    if (found !== undefined) return found.url;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`no debug endpoints: ${JSON.stringify(host.sink())}`);
}

/** An error of the connection is an answer 0: tests leave requests behind that never end. */
function get(url: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Reply> {
  return new Promise((resolve) => {
    const failed = (error: Error) => resolve({ status: 0, headers: {}, body: Buffer.alloc(0), text: error.message });
    const request = http.request(url, { headers, method, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', failed);
      response.on('end', () => {
        const body = Buffer.concat(chunks);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body, text: body.toString() });
      });
    });
    request.on('error', failed).end();
  });
}
