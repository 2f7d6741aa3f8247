import type { Declaration } from '../../src/declaration.ts';
import { get } from '../../src/shots.ts';

export const poolMysql: Declaration = {
  name: 'pool-mysql',
  title: 'A slow statement of one route holds every connection of the pool',
  stack: 'Express 5, mysql2 pool, MariaDB',
  cause: 'db-pool-exhausted',
  victim: 'GET /articles/:id',
  elsewhere: 'GET /',
  severity: [1.4, 3],
  otherServer: {
    kind: 'mariadb',
    statements: [
      'CREATE TABLE articles (id INT PRIMARY KEY, title VARCHAR(50))',
      "INSERT INTO articles VALUES (1, 'one'), (2, 'two'), (3, 'three')",
      'CREATE TABLE pace (seconds DOUBLE)',
      'INSERT INTO pace VALUES (0.01)',
      'CREATE FUNCTION rank_of(y INT) RETURNS INT READS SQL DATA BEGIN DECLARE s DOUBLE; SELECT seconds INTO s FROM pace; RETURN SLEEP(s) + y; END',
    ],
  },
  env: ({ poolSize }) => ({ DB_POOL: String(poolSize) }),
  expected: () => ({ cause: 'db-pool-exhausted', culprits: ['GET /archive/'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    { route: 'GET /articles/:id', everyMs: victimEveryMs, shoot: (n) => get(`/articles/${1 + (n % 3)}`) },
    { route: 'GET /archive/:year', everyMs: neighbourEveryMs * 2, shoot: (n) => get(`/archive/${2000 + (n % 20)}`) },
    { route: 'GET /', everyMs: neighbourEveryMs, shoot: () => get('/') },
  ],
  faultTraffic: ({ holdMs, poolSize }) => [
    {
      route: 'GET /archive/:year',
      everyMs: holdMs / poolSize / 1.6,
      offsetMs: 0,
      shoot: (n) => get(`/archive/${2000 + (n % 20)}`),
    },
  ],
  on: (world, { holdMs }) => world.otherServer.tell(`UPDATE pace SET seconds = ${holdMs / 1_000}`),
};
