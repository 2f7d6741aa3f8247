import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

export const bodyTrickleProxy: Declaration = {
  name: 'body-trickle-proxy',
  title: 'A file is passed on as it comes from the file store, and it comes slowly',
  stack: 'node:http, stream.pipeline',
  cause: 'upstream-body-slow',
  victim: 'GET /files/:id',
  elsewhere: 'GET /',
  scales: true,
  severity: [1.3, 3],
  partners: { files: {} },
  expected: (_, world) => ({ cause: 'upstream-body-slow', culprits: [world.partner('files').host] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /files/:id', everyMs: victimEveryMs, shoot: (n) => get(`/files/${n}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  on: (world, { holdMs }) => world.partner('files').behave({ bodyMs: holdMs }),
};
