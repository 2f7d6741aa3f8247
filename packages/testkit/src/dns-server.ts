import { createSocket, type RemoteInfo } from 'node:dgram';

export interface DnsServerOptions {
  /**
   * IPv4 address or addresses by lower-case host name; any other name gets NXDOMAIN, a known name's AAAA an empty
   * answer.
   */
  readonly records: Readonly<Record<string, string | readonly string[]>>;
  /** Milliseconds before each answer. */
  readonly delayMs?: number;
  /** Loopback address to listen on. Default: 127.0.0.1. */
  readonly host?: string;
  /** Default: a free one. A resolv.conf can only name servers on port 53. */
  readonly port?: number;
  /** Seconds an answer may be cached; 0 so that every lookup comes here. */
  readonly ttlSeconds?: number;
}

export interface DnsServer {
  readonly port: number;
  /** For `dns.Resolver#setServers`: `127.0.0.1:5353`. */
  readonly address: string;
  /** Applies to questions that arrive from now on: about this host name, or about all that have no delay of their own. */
  setDelay(ms: number, host?: string): void;
  close(): Promise<void>;
}

const HEADER_BYTES = 12;
const TYPE_A = 1;
const CLASS_IN = 1;
const RCODE_NAME_ERROR = 3;

/** A real DNS server over UDP that answers A questions (RFC 1035, one question per message). */
export async function startDnsServer(options: DnsServerOptions): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const host = options.host ?? '127.0.0.1';
  const pending = new Set<NodeJS.Timeout>();
  let usualDelayMs = options.delayMs ?? 0;
  const delays = new Map<string, number>();
  const reply = (message: Buffer, from: RemoteInfo): void => {
    const question = readQuestion(message);
    if (question === undefined) return;
    const answer = answerQuestion(message, question, options);
    const delayMs = delays.get(question.name) ?? usualDelayMs;
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
    socket.bind(options.port ?? 0, host, resolve);
  });
  const { port } = socket.address();
  return {
    port,
    address: `${host}:${port}`,
    setDelay: (ms, name) => {
      if (name === undefined) usualDelayMs = ms;
      else delays.set(name.toLowerCase(), ms);
    },
    close: () => {
      for (const timer of pending) clearTimeout(timer);
      return new Promise((resolve) => socket.close(() => resolve()));
    },
  };
}

interface Question {
  /** Lower case. */
  readonly name: string;
  readonly type: number;
  /** Offset behind it. */
  readonly end: number;
}

function answerQuestion(query: Buffer, question: Question, { records, ttlSeconds = 0 }: DnsServerOptions): Buffer {
  const known = records[question.name];
  const addresses = question.type !== TYPE_A ? [] : typeof known === 'string' ? [known] : (known ?? []);
  const answers = addresses.map((address) => addressRecord(address, ttlSeconds));
  const header = Buffer.alloc(HEADER_BYTES);
  query.copy(header, 0, 0, 2);
  // QR and AA set, RD copied, RA set: c-ares takes the answer as final.
  header[2] = 0x84 | ((query[2] ?? 0) & 0x01);
  header[3] = 0x80 | (known === undefined ? RCODE_NAME_ERROR : 0);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(answers.length, 6);
  return Buffer.concat([header, query.subarray(HEADER_BYTES, question.end), ...answers]);
}

/** Undefined when the message is not one well-formed question. */
function readQuestion(query: Buffer): Question | undefined {
  if (query.length < HEADER_BYTES || query.readUInt16BE(4) !== 1) return undefined;
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
