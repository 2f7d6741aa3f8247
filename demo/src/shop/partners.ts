import { Resolver } from 'node:dns';
import { get, Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import { Agent, type Dispatcher, fetch } from 'undici';
import type { ShopConfig } from './config.ts';

/** The services of others that the shop calls. */
export interface Partners {
  /** Price of a product in cents. */
  price(productId: number): Promise<number>;
  exchangeRate(currency: string): Promise<number>;
  /** Charges a card, returns the receipt number. */
  charge(cents: number): Promise<string>;
  deliveryDays(productId: number): Promise<number>;
  image(productId: number): Promise<Buffer>;
}

/** Beyond this nobody waits for a partner any more. */
const CALL_TIMEOUT_MS = 6_000;
const COURIER_CONNECT_TIMEOUT_MS = 2_500;
/** The image store asks its customers for no more than this. */
const IMAGE_SOCKETS = 2;

export function createPartners(config: ShopConfig): Partners {
  const lookup = createLookup(config.nameServer);
  const ca = config.partnerCa;
  const kept = new Agent({ connect: { lookup, ca } });
  // The couriers' gateway closes every connection after one answer.
  const single = new Agent({ connect: { lookup, ca, timeout: COURIER_CONNECT_TIMEOUT_MS }, pipelining: 0 });
  const imageAgent = new HttpsAgent({ keepAlive: true, maxSockets: IMAGE_SOCKETS, lookup, ca });
  return {
    price: async (id) => (await callJson<{ cents: number }>(kept, `${config.prices}/products/${id}`)).cents,
    exchangeRate: async (currency) => (await callJson<{ rate: number }>(kept, `${config.rates}/${currency}`)).rate,
    charge: async (cents) =>
      (await callJson<{ receipt: string }>(kept, `${config.payments}/charges`, JSON.stringify({ cents }))).receipt,
    deliveryDays: async (id) => (await callJson<{ days: number }>(single, `${config.couriers}/quotes/${id}`)).days,
    image: (id) => download(`${config.images}/${id}.png`, imageAgent),
  };
}

/** The partners live in a private zone that only its own name server knows. */
function createLookup(nameServer: string): LookupFunction {
  const resolver = new Resolver();
  resolver.setServers([nameServer]);
  return (hostname, options, callback) => {
    resolver.resolve4(hostname, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) callback(error ?? new Error(`no address for ${hostname}`), '', 4);
      else if (options.all)
        callback(
          null,
          addresses.map((address) => ({ address, family: 4 })),
        );
      else callback(null, first, 4);
    });
  };
}

async function callJson<T>(dispatcher: Dispatcher, url: string, body?: string): Promise<T> {
  const init = body === undefined ? {} : { method: 'POST', body, headers: { 'content-type': 'application/json' } };
  const response = await fetch(url, { ...init, dispatcher, signal: AbortSignal.timeout(CALL_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as T;
}

function download(url: string, agent: HttpsAgent): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks)));
      response.on('error', reject);
    });
    request.setTimeout(CALL_TIMEOUT_MS, () => request.destroy(new Error(`${url} took too long`)));
    request.on('error', reject);
  });
}
