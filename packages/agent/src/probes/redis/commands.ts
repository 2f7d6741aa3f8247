import type { Op, OpId, Phase } from '@holdup/model';
import { endOf, now, OPEN, toNs } from '../../clock.ts';
import type { Cut } from '../../recorder/cut.ts';
import { failureOf, OpRecord } from '../../recorder/op-record.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';
import { Answer, queuedBehind } from '../answer.ts';
import type { Kit } from '../probe.ts';
import { attach, attached } from '../stamp.ts';

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
  readonly connection: Connection;
  readonly sent: Sent;
  readonly op: RedisOp | undefined;

  constructor(connection: Connection, sent: Sent, op: RedisOp | undefined) {
    this.connection = connection;
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

/** Where a connection leads, as clients are told it. */
export interface RedisAddress {
  readonly host?: unknown;
  readonly port?: unknown;
  readonly path?: unknown;
  readonly db?: unknown;
}

interface CommandLike {
  resolve?: unknown;
  reject?: unknown;
}

/** Follows commands on their connections, whichever library sends them. */
export class RedisCommands {
  readonly #kit: Kit;
  readonly #prefix: string;
  #connections = 0;

  /** @param prefix of the names of its connections: those of different libraries must not be taken for one another */
  constructor(kit: Kit, prefix: string) {
    this.#kit = kit;
    this.#prefix = prefix;
  }

  /** @param owner stands for the connection: what is sent to it is answered in order */
  connectionOf(owner: object, address: () => RedisAddress | undefined): Connection {
    const known = attached(owner);
    if (known instanceof Connection) return known;
    const connection = new Connection(`${this.#prefix}${++this.#connections}`, serverOf(address()));
    attach(owner, connection);
    return connection;
  }

  isKnown(command: object): boolean {
    return attached(command) instanceof Mark;
  }

  /**
   * @param command is settled by two functions that it carries
   * @param isReady it is written at once; before its connection is ready a client keeps it
   */
  begin(connection: Connection, name: string, command: object, isReady: boolean): void {
    const { context, flight } = this.#kit;
    const verb = name.toUpperCase();
    const request = context.current();
    const sent = new Sent(`redis ${verb}`, request !== undefined);
    const op = request === undefined ? undefined : new RedisOp(request, sent.start, verb, connection);
    const mark = new Mark(connection, sent, op);
    attach(command, mark);
    if (isReady) leave(mark, sent.start);
    watchEnd(command, this.#kit, (failure) => {
      sent.at = now();
      if (connection.last === sent) connection.last = undefined;
      if (op !== undefined) flight.close(op, failure);
    });
    if (op !== undefined) flight.open(op);
  }

  /** Kept until now, or sent once more after a reconnect: to its caller it is the same command. */
  written(command: object): void {
    const mark = attached(command);
    if (mark instanceof Mark) leave(mark, now());
  }
}

/** Written to its connection, behind what has no answer there. */
function leave({ connection, sent, op }: Mark, time: number): void {
  const before = connection.last;
  if (before === sent) return;
  connection.last = sent;
  if (op === undefined || op.sent !== OPEN) return;
  op.sent = time;
  op.behind = before;
}

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

function serverOf({ host, port, path, db }: RedisAddress = {}): string {
  const where = typeof path === 'string' ? path : `${typeof host === 'string' ? host : 'localhost'}:${port ?? 6379}`;
  return `${where}/${db ?? 0}`;
}
