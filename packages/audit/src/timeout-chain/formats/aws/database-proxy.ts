import { defaultTimeout } from '../../defaults/index.ts';
import { secondsOf } from '../../durations.ts';
import type { Hop } from '../../hop.ts';
import { idAt, timeoutAt } from '../../trees/limits.ts';
import { at, text } from '../../trees/tree.ts';
import type { AwsResource } from './resources.ts';

/** RDS Proxy with its only target group. */
export function databaseProxy({ name, place, properties }: AwsResource, resources: readonly AwsResource[]): Hop {
  const group = resources.find(({ type }) => type === 'AWS::RDS::DBProxyTargetGroup');
  const borrow = at(group?.properties, 'ConnectionPoolConfigurationInfo', 'ConnectionBorrowTimeout');
  const isMysql = text(at(properties, 'EngineFamily'))?.toUpperCase() === 'MYSQL';
  return {
    id: idAt('rds-proxy', place),
    name: `rds proxy ${name}`,
    format: 'rds-proxy',
    role: 'pooler',
    engine: isMysql ? 'mysql' : 'postgres',
    place,
    timeouts: [
      timeoutAt(borrow, { kind: 'acquire', setting: 'ConnectionBorrowTimeout', parse: secondsOf, zero: 0 }) ??
        defaultTimeout('rds-proxy.ConnectionBorrowTimeout', 'ConnectionBorrowTimeout', place),
      timeoutAt(at(properties, 'IdleClientTimeout'), {
        kind: 'keepalive',
        setting: 'IdleClientTimeout',
        parse: secondsOf,
      }) ?? defaultTimeout('rds-proxy.IdleClientTimeout', 'IdleClientTimeout', place),
    ],
    listens: [],
    upstreams: [],
    reusesUpstream: true,
  };
}
