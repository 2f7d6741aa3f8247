import type { Servers } from '../see/stage.ts';
import type { Observe } from './observe.ts';
import { programsOf } from './observe.ts';
import { FASTIFY_TESTS, LIGHT_MY_REQUEST_TESTS, PROGRAMS } from './programs.ts';

export interface Subject {
  readonly module?: string;
  readonly observe?: Observe;
  /** A server that not every machine has. */
  readonly needs?: keyof Servers;
}

/** What is compared, and the package it is of; none: it comes with Node. */
export const SUBJECTS: Readonly<Record<string, Subject>> = {
  process: { observe: programsOf(PROGRAMS) },
  http: {},
  'http-endings': {},
  'http-streams': {},
  http2: {},
  fetch: {},
  'abort-signal': {},
  dns: {},
  'timers-promises': {},
  'async-local-storage': {},
  'worker-threads': {},
  'thread-pool': {},
  fastify: { module: 'fastify' },
  express: { module: 'express' },
  koa: { module: 'koa' },
  hono: { module: 'hono' },
  undici: { module: 'undici' },
  axios: { module: 'axios' },
  got: { module: 'got' },
  pg: { module: 'pg' },
  'pg-pool': { module: 'pg-pool' },
  'pg-cursor': { module: 'pg-cursor' },
  'postgres-js': { module: 'postgres' },
  mysql2: { module: 'mysql2', needs: 'mysql' },
  redis: { module: 'ioredis', needs: 'redis' },
  locks: { module: 'async-mutex' },
  queues: { module: 'p-queue' },
  'generic-pool': { module: 'generic-pool' },
  'worker-pools': { module: 'piscina' },
  'fastify-tests': { module: 'fastify', observe: programsOf(FASTIFY_TESTS) },
  'light-my-request-tests': { module: 'light-my-request', observe: programsOf(LIGHT_MY_REQUEST_TESTS) },
};
