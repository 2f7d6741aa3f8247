import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

const FILE = { name: 'file', text: 'a line of text\n'.repeat(20_000) };

export const uploadStream: Declaration = {
  name: 'upload-stream',
  title: 'Files come in slowly, and the handler reads them to their end',
  stack: 'node:http, for await over the request',
  cause: 'slow-upload',
  victim: 'PUT /files/:id',
  elsewhere: 'GET /files',
  scales: true,
  severity: [1.2, 2],
  expected: () => ({ cause: 'slow-upload', culprits: ['caller'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    {
      route: 'PUT /files/:id',
      everyMs: victimEveryMs * 2,
      shoot: (n) => ({ method: 'PUT', path: `/files/${n}`, body: FILE }),
    },
    { route: 'GET /files', everyMs: neighbourEveryMs, shoot: () => get('/files') },
  ],
  faultTraffic: ({ holdMs, victimEveryMs }) => [
    {
      route: 'PUT /files/:id',
      everyMs: victimEveryMs * 2,
      uploadMs: holdMs,
      shoot: (n) => ({ method: 'PUT', path: `/files/${n}`, body: FILE }),
    },
  ],
};
