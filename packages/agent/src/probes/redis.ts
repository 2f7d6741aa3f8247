import type { Op, OpId, Phase } from '@holdup/model';
import { endOf, now, OPEN, toNs } from '../clock.ts';
import type { Cut } from '../recorder/cut.ts';
import { failureOf, OpRecord } from '../recorder/op-record.ts';
import type { RequestRecord } from '../recorder/request-record.ts';
import { Answer, queuedBehind } from './answer.ts';
import { hookLibraries } from './module-hook.ts';
import { patchFunction } from './patch.ts';
import type { Kit, Probe } from './probe.ts';
import { attach, attached } from './stamp.ts';

/** Answers come in the order of the commands: BLPOP holds up whatever is sent to its connection after it. */
class Connection {
  readonly id: string;
  readonly server: string;
  /** The last command that was sent, whoever's, while it has no answer. */
  last: Sent | undefined = undefined;

  constructor(id: string, server: string) {
    this.id = id;
    this.server = server;
  }
}

/**
 * What those behind a command keep of it, to tell what they waited for: never its op, else one would keep all before it
 * alive.
 */
class Sent extends Answer {
  readonly name: string;
  readonly start = now();
  /** A request's command is an op itself. */
  readonly isOp: boolean;

  constructor(name: string, isOp: boolean) {
    super();
    this.name = name;
    this.isOp = isOp;
  }
}

/** What a command carries. */
class Mark {
  readonly sent: Sent;
  readonly op: RedisOp | undefined;

  constructor(sent: Sent, op: RedisOp | undefined) {
    this.sent = sent;
    this.op = op;
  }
}

/** One command from the call to its answer. */
class RedisOp extends OpRecord {
  /** Upper case, no arguments. */
  readonly verb: string;
  readonly connection: Connection;
  /** The one before it on its connection, while that had no answer. */
  behind: Sent | undefined = undefined;
  /** When it left for the server; before that the client keeps it, until its connection is ready. */
  sent = OPEN;

  constructor(request: RequestRecord, start: number, verb: string, connection: Connection) {
    super(request, start);
    this.verb = verb;
    this.connection = connection;
  }

  get server(): string {
    return this.connection.server;
  }

  override usualKey(): string {
    return `redis ${this.server} ${this.verb}`;
  }

  override toOp(id: OpId, cut: Cut): Op {
    return {
      id,
      name: `redis ${this.verb}`,
      start: toNs(this.start),
      ...endOf(this.end),
      account: 'db.query',
      phases: [...this.#unsent(), ...this.#queued()],
      detail: {
        kind: 'db-query',
        system: 'redis',
        database: this.server,
        connection: this.connection.id,
        shape: `redis ${this.verb}`,
        verb: this.verb,
        tables: [],
        locking: false,
        keys: [],
        ...this.#ahead(),
      },
      ...(this.failure === undefined ? {} : { failure: failureOf(this.failure) }),
      ...cut.usual(this.usualKey()),
    };
  }

  #unsent(): Phase[] {
    if (this.sent === this.start) return [];
    const end = this.sent === OPEN ? this.end : this.sent;
    return [{ account: 'db.connect', start: toNs(this.start), ...endOf(end) }];
  }

  #queued(): Phase[] {
    return this.sent === OPEN ? [] : queuedBehind(this.behind, this.sent, this.end);
  }

  #ahead() {
    const { behind } = this;
    if (behind === undefined || behind.isOp) return {};
    return { ahead: { name: behind.name, start: toNs(behind.start), ...endOf(behind.at) } };
  }
}

/**
 * ioredis, by `sendCommand`, which every command and every one of a pipeline goes through. Its own channels are not used:
 * with a subscriber it hands out another promise, whose rejection nobody has to handle. Names of commands are kept, no
 * key and no value.
 */
export const redisProbe: Probe = {
  name: 'ioredis',
  sources: ['db-client'],
  install(kit) {
    return hookLibraries(kit, [{ file: /\/ioredis\/built\/Redis\.js$/, patch: (exports) => patchRedis(exports, kit) }]);
  },
};

interface RedisLike {
  /** `ready`: a command is written at once. Before it, ioredis keeps most and hands them in once more. */
  readonly status?: unknown;
  readonly options?: {
    readonly host?: unknown;
    readonly port?: unknown;
    readonly path?: unknown;
    readonly db?: unknown;
  };
}

interface CommandLike {
  readonly name?: unknown;
  resolve?: unknown;
  reject?: unknown;
}

function patchRedis(exports: unknown, kit: Kit): void {
  const { default: Redis } = exports as { default?: { prototype?: object } };
  if (Redis?.prototype === undefined) return;
  let connections = 0;
  const connectionOf = (client: RedisLike): Connection => {
    const known = attached(client);
    if (known instanceof Connection) return known;
    const connection = new Connection(`r${++connections}`, serverOf(client));
    attach(client, connection);
    return connection;
  };
  const begin = kit.attempt((client: RedisLike, command: CommandLike) => {
    const connection = connectionOf(client);
    const known = attached(command);
    if (known instanceof Mark) {
      // Kept until now, or sent once more after a reconnect: it is the same command to its caller.
      if (client.status === 'ready') leave(connection, known, now());
      return;
    }
    if (typeof command.name !== 'string') return;
    const verb = command.name.toUpperCase();
    const request = kit.context.current();
    const sent = new Sent(`redis ${verb}`, request !== undefined);
    const op = request === undefined ? undefined : new RedisOp(request, sent.start, verb, connection);
    const mark = new Mark(sent, op);
    attach(command, mark);
    if (client.status === 'ready') leave(connection, mark, sent.start);
    watchEnd(command, kit, (failure) => {
      sent.at = now();
      if (connection.last === sent) connection.last = undefined;
      if (op !== undefined) kit.flight.close(op, failure);
    });
    if (op !== undefined) kit.flight.open(op);
  });
  patchFunction(Redis.prototype, 'sendCommand', (original) => {
    return function sendCommand(this: RedisLike, ...args: never[]): unknown {
      const command: unknown = args[0];
      if (typeof command === 'object' && command !== null) begin(this, command);
      return original.apply(this, args);
    };
  });
}

/** Written to its connection, behind what has no answer there. */
function leave(connection: Connection, { sent, op }: Mark, time: number): void {
  const before = connection.last;
  connection.last = sent;
  if (op === undefined || op.sent !== OPEN) return;
  op.sent = time;
  op.behind = before;
}

/** A command is settled by two functions that it carries. */
function watchEnd(command: CommandLike, kit: Kit, onEnd: (failure: unknown) => void): void {
  const { resolve, reject } = command;
  if (typeof resolve !== 'function' || typeof reject !== 'function') return;
  const ended = kit.guard(onEnd);
  command.resolve = (...args: unknown[]) => {
    ended(undefined);
    return resolve.apply(command, args);
  };
  command.reject = (...args: unknown[]) => {
    ended(args[0]);
    return reject.apply(command, args);
  };
}

function serverOf({ options }: RedisLike): string {
  const { host, port, path, db } = options ?? {};
  const where = typeof path === 'string' ? path : `${typeof host === 'string' ? host : 'localhost'}:${port ?? 6379}`;
  return `${where}/${db ?? 0}`;
}
