import { Readable } from 'node:stream';
import Router from '@koa/router';
import Koa from 'koa';

const router = new Router();

let rows = 1_000;
process.on('message', (settings: { rows: number }) => {
  rows = settings.rows;
});

const line = 'an entry of the journal, as it was written\n'.repeat(1_000);

function* readJournal(count: number): Generator<string> {
  for (let row = 0; row < count; row += 1_000) yield line;
}

router.get('/journal', (ctx) => {
  ctx.type = 'text/plain';
  ctx.length = Math.ceil(rows / 1_000) * line.length;
  ctx.body = Readable.from(readJournal(rows));
});

router.get('/', (ctx) => {
  ctx.body = 'journal';
});

new Koa().use(router.routes()).listen(Number(process.env.PORT), '127.0.0.1');
