export { type Authority, type KeyPair, selfSignedCa } from './certificates.ts';
export { findChromium, launchChromium, launchKillable } from './chromium.ts';
export { type DnsServer, type DnsServerOptions, startDnsServer } from './dns-server.ts';
export { freePort } from './free-port.ts';
export { type RunningServer, startMariadb, startRedis, whyNoMariadb, whyNoRedis } from './other-servers.ts';
export { type PostgresOptions, type RunningPostgres, startPostgres } from './postgres.ts';
export { toVisible } from './visible.ts';
