import type { Op, OpId } from '@holdup/model';
import { endOf, toNs } from '../../clock.ts';
import type { Cut } from '../../recorder/cut.ts';
import { failureOf, OpRecord } from '../../recorder/op-record.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';
import { type ConnectionRecord, cutPhases, hostAndPort } from './connection-record.ts';

/** A connection nobody's HTTP client made: a driver's, or the program's own. From `connect` until it can be used. */
export class SocketOp extends OpRecord {
  readonly connection: ConnectionRecord;
  /** Only the handshake, over a connection that stood before. */
  readonly upgrade: boolean;

  constructor(request: RequestRecord, start: number, connection: ConnectionRecord, upgrade: boolean) {
    super(request, start);
    this.connection = connection;
    this.upgrade = upgrade;
  }

  override usualKey(): string {
    const { host, port } = this.connection;
    return `${this.upgrade ? 'tls' : 'socket'} ${hostAndPort(host, port)}`;
  }

  override toOp(id: OpId, cut: Cut): Op {
    const { connection } = this;
    const host = hostAndPort(connection.host, connection.port);
    return {
      id,
      name: `${this.upgrade ? 'TLS handshake with' : 'connect to'} ${host}`,
      start: toNs(this.start),
      ...endOf(this.end),
      account: this.upgrade ? 'tls' : 'tcp',
      phases: cutPhases(connection.phases(), this.start, this.end),
      detail: { kind: 'socket', host, socket: connection.detail(this.start, this.start) },
      ...(this.failure === undefined ? {} : { failure: failureOf(this.failure) }),
      ...cut.usual(this.usualKey()),
    };
  }
}
