import type { Op, OpId } from '@holdup/model';
import { endOf, now, toNs } from '../clock.ts';
import type { Cut } from '../recorder/cut.ts';
import { failureOf, OpRecord } from '../recorder/op-record.ts';
import type { RequestRecord } from '../recorder/request-record.ts';
import { hookLibraries } from './module-hook.ts';
import { patchFunction } from './patch.ts';
import type { Kit, Probe } from './probe.ts';
import { attach, attached } from './stamp.ts';

/** One command from the call to its answer. */
class RedisOp extends OpRecord {
  /** Upper case, no arguments. */
  readonly verb: string;
  readonly server: string;

  constructor(request: RequestRecord, verb: string, server: string) {
    super(request, now());
    this.verb = verb;
    this.server = server;
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
      phases: [],
      detail: {
        kind: 'db-query',
        system: 'redis',
        database: this.server,
        connection: this.server,
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
  const begin = kit.attempt((client: RedisLike, command: CommandLike) => {
    const request = kit.context.current();
    // Sent once more after a reconnect: it is the same command to its caller.
    if (request === undefined || typeof command.name !== 'string' || attached(command) instanceof RedisOp) return;
    const op = new RedisOp(request, command.name.toUpperCase(), serverOf(client));
    attach(command, op);
    watchEnd(command, op, kit);
    kit.flight.open(op);
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
function watchEnd(command: CommandLike, op: RedisOp, kit: Kit): void {
  const { resolve, reject } = command;
  if (typeof resolve !== 'function' || typeof reject !== 'function') return;
  const ended = kit.guard((failure: unknown) => kit.flight.close(op, failure));
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
