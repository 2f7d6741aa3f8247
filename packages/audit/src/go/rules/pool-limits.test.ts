import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGoAuditor } from '../auditor.ts';

const auditor = await openGoAuditor();

/** What the rule says of a function with this body. */
function messages(body: string): string[] {
  const text = `package p
import ("context"; "database/sql"; "github.com/jackc/pgx/v5/pgxpool"; "time")
const dsn = "postgres://shop/shop?idle_session_timeout=30s"
func open(ctx context.Context) {
${body}
}
`;
  const { hazards, problems } = auditor.audit('service.go', text);
  assert.deepEqual(problems, []);
  return hazards.filter(({ rule }) => rule === 'go/pool-limits').map(({ message }) => message.split(':')[0] ?? '');
}

const sqlOpen = (source: string, limits: string) =>
  messages(`db, _ := sql.Open("x", ${source})\ndb.SetMaxOpenConns(9)\n${limits}`);

test('pool-limits: a pool that keeps sessions longer than the server does', () => {
  const told = (seconds: number) => [
    `the server ends a session after ${seconds} s of idleness, the pool keeps it longer`,
  ];
  assert.deepEqual(sqlOpen('dsn', 'db.SetConnMaxIdleTime(time.Minute)'), told(30));
  assert.deepEqual(sqlOpen('dsn', 'db.SetConnMaxIdleTime(20 * time.Second)'), []);
  assert.deepEqual(sqlOpen('dsn', 'db.SetConnMaxLifetime(20 * time.Second)'), []);
  assert.deepEqual(sqlOpen('dsn', 'db.SetConnMaxIdleTime(given)'), []);
  assert.deepEqual(sqlOpen('"u@/shop?wait_timeout=60"', 'db.SetConnMaxIdleTime(time.Hour)'), told(60));
  assert.deepEqual(sqlOpen('"u@/shop?wait_timeout=0"', 'db.SetConnMaxIdleTime(time.Hour)'), []);
});

test('pool-limits: the idle time of pgxpool, its own default too', () => {
  const told = ['the server ends a session after 30 s of idleness, the pool keeps it longer'];
  assert.deepEqual(messages('pool, _ := pgxpool.New(ctx, dsn)\npool.Close()'), told);
  const config = 'config, _ := pgxpool.ParseConfig(dsn)\n';
  assert.deepEqual(messages(`${config}config.MaxConnIdleTime = time.Minute`), told);
  assert.deepEqual(messages(`${config}config.MaxConnIdleTime = 10 * time.Second`), []);
});

test('pool-limits: nobody closes the connections of a file', () => {
  assert.deepEqual(messages('db, _ := sql.Open("sqlite3", "a.db")\ndb.SetMaxOpenConns(3)'), []);
});
