/** A process of HTTPS services the shop calls: several partners by host name on one port. */
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { createSecureContext, type SecureContext } from 'node:tls';
import {
  type Behaviour,
  hostOf,
  PARTNERS,
  type Partner,
  type PartnerOrder,
  type PartnerReport,
  USUAL,
} from './behaviour.ts';

const BODY_CHUNKS = 10;
const IMAGE = Buffer.alloc(24_000, 0x2a);

const behaviours = new Map<string, Behaviour>();

function behaviourOf(host: string): Behaviour {
  return behaviours.get(host) ?? USUAL;
}

function contentFor(partner: string, url: string): Buffer {
  if (partner === hostOf('images')) return IMAGE;
  const id = Number(/\d+/.exec(url)?.[0] ?? 1);
  return Buffer.from(JSON.stringify({ cents: 100 + id, rate: 1.08, receipt: `r-${id}`, days: 1 + (id % 5) }));
}

async function answer(host: string, url: string, response: ServerResponse): Promise<void> {
  const { firstByteMs, bodyMs } = behaviourOf(host);
  const content = contentFor(host, url);
  await pause(firstByteMs);
  response.writeHead(200, { 'content-length': content.length });
  if (bodyMs > 0) {
    const step = Math.ceil(content.length / BODY_CHUNKS);
    for (let at = 0; at < content.length && !response.destroyed; at += step) {
      response.write(content.subarray(at, at + step));
      await pause(bodyMs / BODY_CHUNKS);
    }
  }
  response.end(bodyMs > 0 ? undefined : content);
}

function serve(order: Extract<PartnerOrder, { kind: 'start' }>): void {
  const context = createSecureContext(order);
  const shakeHands = async (
    name: string,
    done: (error: Error | null, context?: SecureContext) => void,
  ): Promise<void> => {
    const { handshakeMs } = behaviourOf(name);
    if (handshakeMs > 0) await pause(handshakeMs);
    done(null, context);
  };
  const server = createServer({ key: order.key, cert: order.cert, SNICallback: shakeHands }, (request, response) => {
    const host = (request.headers.host ?? '').split(':')[0] ?? '';
    request.resume();
    void answer(host, request.url ?? '', response);
  });
  server.on('tlsClientError', () => {});
  server.listen({ port: 0, host: '127.0.0.1', backlog: order.backlog }, () => {
    const address = server.address();
    if (address !== null && typeof address === 'object') report({ kind: 'listening', port: address.port });
  });
}

function report(message: PartnerReport, sent?: () => void): void {
  process.send?.(message, undefined, undefined, sent);
}

function stall(ms: number): void {
  // Sleeping, not spinning: the processor belongs to the others.
  report({ kind: 'stalling' }, () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms));
}

function setBehaviour(partner: Partner, behaviour: Behaviour): void {
  if (PARTNERS.includes(partner)) behaviours.set(hostOf(partner), behaviour);
}

process.on('message', (order: PartnerOrder) => {
  if (order.kind === 'start') serve(order);
  else if (order.kind === 'behave') setBehaviour(order.partner, order.behaviour);
  else stall(order.ms);
});
process.once('disconnect', () => process.exit(0));
