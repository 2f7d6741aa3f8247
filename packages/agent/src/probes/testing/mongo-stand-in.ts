import { createServer, type Socket } from 'node:net';
import { BSON } from 'mongodb';
import type { TestScope } from './outgoing.ts';
import { listen } from './servers.ts';

const OP_MSG = 2013;
const HEADER_BYTES = 16;
/** Flags, and the kind of the one section. */
const BODY_AT = HEADER_BYTES + 5;

const HELLO = {
  isWritablePrimary: true,
  helloOk: true,
  minWireVersion: 0,
  maxWireVersion: 25,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
};

/**
 * What of a MongoDB server a driver with `serverApi` needs to run commands: no server can be installed from npm or Debian alone.
 * A `find` is answered after as many milliseconds as its filter says in `ms`, one with `fail` by an error.
 */
export async function serveMongo(test: TestScope): Promise<number> {
  const sockets = new Set<Socket>();
  test.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    let pending = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= HEADER_BYTES && pending.length >= pending.readInt32LE(0)) {
        const message = pending.subarray(0, pending.readInt32LE(0));
        pending = pending.subarray(message.length);
        answer(socket, message);
      }
    });
  });
  return listen(server, test);
}

function answer(socket: Socket, message: Buffer): void {
  if (message.readInt32LE(12) !== OP_MSG) throw new Error('the stand-in speaks OP_MSG only: set serverApi');
  const size = message.readInt32LE(BODY_AT);
  const command = BSON.deserialize(message.subarray(BODY_AT, BODY_AT + size));
  const { ms = 0, fail = false } = (command.filter ?? {}) as { ms?: number; fail?: boolean };
  const reply = fail ? { ok: 0, errmsg: 'as asked', code: 2, codeName: 'BadValue' } : { ok: 1, ...replyTo(command) };
  setTimeout(() => socket.writable && socket.write(frame(message.readInt32LE(4), reply)), ms);
}

function replyTo(command: BSON.Document): BSON.Document {
  if ('hello' in command) return HELLO;
  if ('find' in command) return { cursor: { id: 0n, ns: `${command.$db}.${command.find}`, firstBatch: [{ a: 1 }] } };
  return { n: 1 };
}

function frame(to: number, reply: BSON.Document): Buffer {
  const body = BSON.serialize(reply);
  const header = Buffer.alloc(BODY_AT);
  header.writeInt32LE(BODY_AT + body.length, 0);
  header.writeInt32LE(to, 8);
  header.writeInt32LE(OP_MSG, 12);
  return Buffer.concat([header, body]);
}
