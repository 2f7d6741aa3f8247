import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

function roles(count: number): string {
  return Array.from({ length: count }, (_, index) => `role${index + 1}`).join(',');
}

export const serialNestInterceptor: Declaration = {
  name: 'serial-nest-interceptor',
  title: 'An interceptor asks for the rights of every role of the reader, one after another',
  stack: 'NestJS 12 on Express, global fetch',
  cause: 'serial-calls',
  victim: 'GET /reports/:id',
  elsewhere: 'GET /',
  severity: [1.5, 3],
  partners: { rights: {} },
  expected: () => ({ cause: 'serial-calls', culprits: ['GET /reports/:id'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    {
      route: 'GET /reports/:id',
      everyMs: victimEveryMs * 1.5,
      shoot: (n) => get(`/reports/${n}`, { 'x-roles': roles(2) }),
    },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: ({ holdMs, usualMs }) => [
    {
      route: 'GET /reports/:id',
      everyMs: 300,
      offsetMs: 0,
      shoot: (n) => get(`/reports/${n}`, { 'x-roles': roles(Math.round(holdMs / usualMs)) }),
    },
  ],
};
