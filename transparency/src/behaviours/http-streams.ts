import { once } from 'node:events';
import http from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { seeTurn } from '../see/settle.ts';
import type { Behaviours } from '../see/stage.ts';
import { seeShape } from '../see/watch.ts';
import { serve } from '../see/wire.ts';

export const behaviours: Behaviours = {
  async 'objects of an exchange'(stage) {
    const port = await serve(stage, (request, response) => {
      const see = stage.side('server');
      seeShape(see, 'request', request);
      seeShape(see, 'response', response);
      seeShape(see, 'socket', request.socket);
      see(request.headers.host?.startsWith('127'), request.rawHeaders.length, request.complete, request.httpVersion);
      see(Object.keys(request.headers), response.getHeaderNames(), response.headersSent);
      response.on('finish', () => {
        seeShape(see, 'finished', response);
        see(response.writableFinished, response.writableEnded, request.complete);
      });
      response.end('hello');
    });
    const request = http.get({ host: '127.0.0.1', port, agent: false });
    seeShape(stage.see, 'request', request);
    const [response] = await once(request, 'response');
    seeShape(stage.see, 'response', response);
    seeShape(stage.see, 'socket', request.socket ?? {});
    response.resume();
    await once(response, 'close');
    seeShape(stage.see, 'closed', response);
  },
  async 'ten listeners are allowed'(stage) {
    const port = await serve(stage, (request, response) => {
      for (const event of ['close', 'error', 'end']) for (let i = 0; i < 10; i++) request.on(event, () => {});
      for (const event of ['finish', 'error', 'prefinish']) for (let i = 0; i < 9; i++) response.on(event, () => {});
      response.end();
    });
    const request = http.get({ host: '127.0.0.1', port, agent: false });
    for (const event of ['close', 'error', 'response', 'socket'])
      for (let i = 0; i < 9; i++) request.on(event, () => {});
    const [response] = await once(request, 'response');
    for (const event of ['close', 'end', 'error']) for (let i = 0; i < 9; i++) response.on(event, () => {});
    response.resume();
    await once(response, 'close');
  },
  async 'turns of the loop in handlers'(stage) {
    const port = await serve(stage, async (_request, response) => {
      await seeTurn(stage.side('server'), 'handler');
      response.on('finish', () => void seeTurn(stage.side('finish'), 'finish'));
      response.end('x');
    });
    await new Promise<void>((resolve) => {
      const request = http.get({ host: '127.0.0.1', port, agent: false }, async (response) => {
        await seeTurn(stage.see, 'response');
        response.resume().on('end', () => void seeTurn(stage.see, 'end').then(resolve));
      });
      request.on('socket', () => void seeTurn(stage.side('socket'), 'socket'));
    });
  },
  async 'bodies as streams'(stage) {
    const port = await serve(stage, async (request, response) => {
      if (request.url === '/pipe') request.pipe(response);
      else if (request.url === '/pipeline') await pipeline(request, response);
      else {
        let text = '';
        for await (const chunk of request) text += chunk;
        await pipeline(Readable.from([text, text]), response);
      }
    });
    for (const path of ['/pipe', '/pipeline', '/iterate']) {
      const request = http.request({ host: '127.0.0.1', port, path, method: 'POST', agent: false });
      request.end('a'.repeat(100_000));
      const [response] = await once(request, 'response');
      let length = 0;
      for await (const chunk of response) length += chunk.length;
      stage.see(path, length, response.complete, response.readableEnded);
    }
  },
};
