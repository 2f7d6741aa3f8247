import { once } from 'node:events';
import { isMainThread, MessageChannel, threadId, Worker, type WorkerOptions } from 'node:worker_threads';
import { seeCall, seeSettled } from '../see/settle.ts';
import type { Behaviours, See } from '../see/stage.ts';
import { ownKeys, seeListeners, seeShape, watch } from '../see/watch.ts';

const HEAD = "const { parentPort, workerData, threadId, isMainThread } = require('node:worker_threads');\n";

function start(code: string, options: WorkerOptions = {}): Worker {
  return new Worker(HEAD + code, { eval: true, ...options });
}

async function end(see: See, worker: Worker): Promise<void> {
  watch(see, 'worker', worker);
  worker.on('error', (error) => see('error', error));
  const [code] = (await once(worker, 'exit').catch(() => once(worker, 'exit'))) as [number];
  see('exit', code);
}

export const behaviours: Behaviours = {
  async endings(stage) {
    await end(stage.side('at once'), start(''));
    await end(stage.side('exit code'), start('process.exit(3)'));
    await end(stage.side('throws'), start("throw new TypeError('in a worker')"));
    await end(stage.side('rejects'), start("Promise.reject(new Error('nobody catches it'))"));
    await end(stage.side('no module'), new Worker('/no/such/file.js'));
  },
  async terminated({ see }) {
    const worker = start("parentPort.postMessage('ready'); while (true);");
    see(await once(worker, 'message'));
    await seeSettled(see, 'terminate', worker.terminate());
    await seeSettled(see, 'again', worker.terminate());
    seeCall(see, 'post', () => worker.postMessage('x'));
  },
  async messages({ see }) {
    const worker = start(
      "parentPort.on('message', (value) => { parentPort.postMessage([value, workerData]); parentPort.close(); })",
      {
        workerData: { a: 1n, b: new Map([[1, 2]]) },
      },
    );
    seeCall(see, 'not clonable', () => worker.postMessage(() => {}));
    worker.postMessage({ date: new Date(0), error: new RangeError('sent') });
    const [value] = await once(worker, 'message');
    see(value);
    await end(see, worker);
  },
  async 'what a worker sees of itself'({ see }) {
    const code = `parentPort.postMessage({
      main: isMainThread, exec: process.execArgv.filter((flag) => !flag.includes('import') && !/^(file|data):/.test(flag)), events: process.eventNames().map(String),
      globals: Object.getOwnPropertyNames(globalThis).length, resources: process.getActiveResourcesInfo(),
      fetch: [fetch.name, fetch.length], emit: [Object.keys(require('node:http')).length] });`;
    const worker = start(code);
    see(isMainThread, threadId, (await once(worker, 'message'))[0]);
    seeListeners(see, 'worker', worker);
    await end(see, worker);
  },
  async 'work in a worker'({ see }) {
    const code = `
      const http = require('node:http');
      const server = http.createServer((request, response) => response.end(request.url)).listen(0, '127.0.0.1', async () => {
        const url = 'http://127.0.0.1:' + server.address().port;
        parentPort.postMessage(await (await fetch(url + '/x', { headers: { connection: 'close' } })).text());
        await fetch('http://127.0.0.1:1').catch((error) => parentPort.postMessage(error.cause.message));
        await fetch(url, { signal: AbortSignal.abort() }).catch((error) => parentPort.postMessage(error.name));
        server.close();
      });`;
    const worker = start(code);
    worker.on('message', (text) => see(text));
    await end(see, worker);
  },
  async output({ see }) {
    const worker = start("process.stdout.write('out'); process.stderr.write('err'); console.log('log')", {
      stdout: true,
      stderr: true,
    });
    const [out, err] = await Promise.all([worker.stdout.toArray(), worker.stderr.toArray(), once(worker, 'exit')]);
    see(out.map(String).join(''), err.map(String).join(''));
  },
  async channels({ see }) {
    const { port1, port2 } = new MessageChannel();
    seeShape(see, 'port', port1);
    port1.postMessage('x');
    see(await once(port2, 'message'));
    port1.close();
    await once(port2, 'close');
  },
  async objects({ see }) {
    const worker = start('setTimeout(() => {}, 20)', { name: 'mine', resourceLimits: { maxOldGenerationSizeMb: 32 } });
    seeListeners(see, 'worker', worker);
    see(ownKeys(worker).length, worker.resourceLimits, process.getActiveResourcesInfo().sort());
    await end(see, worker);
  },
};
