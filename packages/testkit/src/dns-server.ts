import { createSocket, type RemoteInfo } from 'node:dgram';

export interface DnsServerOptions {
  /** IPv4 address by lower-case host name; any other name gets NXDOMAIN, a known name's AAAA an empty answer. */
  readonly records: Readonly<Record<string, string>>;
  /** Milliseconds before each answer. */
  readonly delayMs?: number;
  /** Seconds an answer may be cached; 0 so that every lookup comes here. */
  readonly ttlSeconds?: number;
}

export interface DnsServer {
  readonly port: number;
  /** For `dns.Resolver#setServers`: `127.0.0.1:5353`. */
  readonly address: string;
  /** Applies to questions that arrive from now on. */
  setDelay(ms: number): void;
  close(): Promise<void>;
}

const HEADER_BYTES = 12;
const TYPE_A = 1;
const CLASS_IN = 1;
const RCODE_NAME_ERROR = 3;

/** A real DNS server over UDP on a free port of 127.0.0.1 that answers A questions (RFC 1035, one question per message). */
export async function startDnsServer(options: DnsServerOptions): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const pending = new Set<NodeJS.Timeout>();
  let delayMs = options.delayMs ?? 0;
  const reply = (message: Buffer, from: RemoteInfo): void => {
    const answer = answerQuestion(message, options);
    if (answer === undefined) return;
    if (delayMs <= 0) {
      socket.send(answer, from.port, from.address);
      return;
    }
    const timer = setTimeout(() => {
      pending.delete(timer);
      socket.send(answer, from.port, from.address);
    }, delayMs);
    pending.add(timer);
  };
  socket.on('message', reply);
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', resolve);
  });
  const { port } = socket.address();
  return {
    port,
    address: `127.0.0.1:${port}`,
    setDelay: (ms) => {
      delayMs = ms;
    },
    close: () => {
      for (const timer of pending) clearTimeout(timer);
      return new Promise((resolve) => socket.close(() => resolve()));
    },
  };
}

/** The answer to a query message, or undefined when it is not one well-formed question. */
function answerQuestion(query: Buffer, { records, ttlSeconds = 0 }: DnsServerOptions): Buffer | undefined {
  if (query.length < HEADER_BYTES || query.readUInt16BE(4) !== 1) return undefined;
  const question = readQuestion(query);
  if (question === undefined) return undefined;
  const address = records[question.name];
  const answers = address !== undefined && question.type === TYPE_A ? [addressRecord(address, ttlSeconds)] : [];
  const header = Buffer.alloc(HEADER_BYTES);
  query.copy(header, 0, 0, 2);
  // QR and AA set, RD copied, RA set: c-ares takes the answer as final.
  header[2] = 0x84 | ((query[2] ?? 0) & 0x01);
  header[3] = 0x80 | (address === undefined ? RCODE_NAME_ERROR : 0);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(answers.length, 6);
  return Buffer.concat([header, query.subarray(HEADER_BYTES, question.end), ...answers]);
}

function readQuestion(query: Buffer): { name: string; type: number; end: number } | undefined {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query[at]; length !== 0; length = query[at]) {
    // A question's name is never compressed, so 63 is the longest a label byte can say.
    if (length === undefined || length > 63) return undefined;
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  if (at + 5 > query.length) return undefined;
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function addressRecord(address: string, ttlSeconds: number): Buffer {
  const record = Buffer.alloc(16);
  // A pointer to the name in the question, which begins right behind the header.
  record.writeUInt16BE(0xc000 | HEADER_BYTES, 0);
  record.writeUInt16BE(TYPE_A, 2);
  record.writeUInt16BE(CLASS_IN, 4);
  record.writeUInt32BE(ttlSeconds, 6);
  record.writeUInt16BE(4, 10);
  for (const [index, part] of address.split('.').entries()) record.writeUInt8(Number(part), 12 + index);
  return record;
}
