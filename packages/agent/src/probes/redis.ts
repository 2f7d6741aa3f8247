import type { Op, OpId } from '@holdup/model';
import { endOf, now, toNs } from '../clock.ts';
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
  /** Of the last command, whoever sent it, while it has none. */
  last: Answer | undefined = undefined;

  constructor(id: string, server: string) {
    this.id = id;
    this.server = server;
  }
}

/** One command from the call to its answer. */
class RedisOp extends OpRecord {
  /** Upper case, no arguments. */
  readonly verb: string;
  readonly connection: Connection;
  readonly behind: Answer | undefined;

  constructor(request: RequestRecord, verb: string, connection: Connection) {
    super(request, now());
    this.verb = verb;
    this.connection = connection;
    this.behind = connection.last;
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
      phases: queuedBehind(this.behind, this.start, this.end),
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
      },
      ...(this.failure === undefined ? {} : { failure: failureOf(this.failure) }),
      ...cut.usual(this.usualKey()),
    };
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
    // Sent once more after a reconnect: it is the same command to its caller.
    if (typeof command.name !== 'string' || attached(command) instanceof Answer) return;
    const connection = connectionOf(client);
    const request = kit.context.current();
    const op = request === undefined ? undefined : new RedisOp(request, command.name.toUpperCase(), connection);
    const answer = new Answer();
    connection.last = answer;
    attach(command, answer);
    watchEnd(command, kit, (failure) => {
      answer.at = now();
      if (connection.last === answer) connection.last = undefined;
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
