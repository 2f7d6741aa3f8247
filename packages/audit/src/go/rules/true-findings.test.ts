import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGoAuditor } from '../auditor.ts';

const auditor = await openGoAuditor();

/** The lines where the rule tells something, and how gravely; lines count from the first of the text. */
function told(rule: string, imports: string, text: string): string[] {
  const head = `package p; import (${imports})\n`;
  const { hazards, problems } = auditor.audit('service.go', `${head}${text}`);
  assert.deepEqual(problems, []);
  return hazards
    .filter((hazard) => hazard.rule === `go/${rule}`)
    .map(({ place, severity }) => `${place.line - 1} ${severity}`);
}

test('body-not-closed: a helper that closes what it gives along for its status, and HEAD', () => {
  const helper = (close: string): string => `
func (c *api) send(r *http.Request) ([]byte, *http.Response, error) {
	resp, err := c.Do(r)
	${close}
	data, _ := io.ReadAll(resp.Body)
	return data, resp, err
}
type api struct { *http.Client }
func (c *api) keys(r *http.Request) int { _, resp, _ := c.send(r); return resp.StatusCode }
`;
  const imports = '"io"; "net/http"';
  assert.deepEqual(told('body-not-closed', imports, helper('defer resp.Body.Close()')), []);
  assert.deepEqual(told('body-not-closed', imports, helper('defer func() { _ = resp.Body.Close() }()')), []);
  assert.deepEqual(told('body-not-closed', imports, helper('_ = err')), ['9 warning']);
  const asked = (method: string): string =>
    `func f(c *http.Client) { r, _ := http.NewRequest(${method}, "u", nil); _, _ = c.Do(r) }`;
  assert.deepEqual(told('body-not-closed', imports, asked('http.MethodHead')), []);
  assert.deepEqual(told('body-not-closed', imports, asked('"HEAD"')), []);
  assert.deepEqual(told('body-not-closed', imports, asked('"GET"')), ['1 warning']);
});

test('context-not-passed: what is made outlives its maker, and what bounds itself ends', () => {
  const called = (body: string): string[] =>
    told(
      'context-not-passed',
      '"context"; "cmp"; "time"',
      `type svc struct { ctx context.Context; kept *svc }\nfunc load(ctx context.Context) *svc { return nil }\nfunc newNode(ctx context.Context) *svc { return nil }
func (s *svc) inner() *svc { ${body} }\nfunc (s *svc) outer(ctx context.Context) { s.inner() }`,
    );
  assert.deepEqual(called('return load(context.Background())'), ['5 note']);
  assert.deepEqual(called('return newNode(context.Background())'), []);
  assert.deepEqual(called('return newNode(cmp.Or(s.ctx, context.Background()))'), []);
  assert.deepEqual(
    called('if s.kept != nil { return s.kept }; s.kept = load(context.Background()); return s.kept'),
    [],
  );
  assert.deepEqual(
    called('ctx, cancel := context.WithTimeout(context.Background(), time.Second); defer cancel(); return load(ctx)'),
    [],
  );
});

test('context-not-passed: in the function that has the context, a timeout of its own does not replace it', () => {
  const text = `func f(ctx context.Context, g func(context.Context)) {
	own, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	g(own)
}`;
  assert.deepEqual(told('context-not-passed', '"context"; "time"', text), ['2 warning']);
});

test('context-not-passed: a comment right above that says why is an answer', () => {
  const wait = (comment: string): string[] =>
    told(
      'context-not-passed',
      '"context"',
      `func f(ctx context.Context, wait func(context.Context)) {\n${comment}\nwait(context.Background())\n}`,
    );
  assert.deepEqual(wait('// All members are waited for when ctx is cancelled too:\n// hence not ctx.'), []);
  assert.deepEqual(wait('// Waits for all members.'), ['3 warning']);
  const set = (comment: string): string[] =>
    told(
      'context-not-passed',
      '"context"',
      `func f(ctx context.Context, g func(context.Context)) {\n${comment}\nctx = context.Background()\ng(ctx)\n}`,
    );
  assert.deepEqual(set('// In the background, for the client may cancel.'), []);
  assert.deepEqual(set('// Waits.'), ['4 warning']);
  assert.deepEqual(wait('// When cancelled, it returns.\n'), ['4 warning']);
});

test('context-not-passed: a context for the shutdown does not end with what is shut down', () => {
  const text = (name: string): string =>
    `func f(ctx context.Context) { ${name}, _ := context.WithTimeout(context.Background(), 1); _ = ${name} }`;
  assert.deepEqual(told('context-not-passed', '"context"', text('shutdownCtx')), []);
  assert.deepEqual(told('context-not-passed', '"context"', text('callCtx')), ['1 warning']);
});

test('context-not-passed: a parameter named as unused is none at hand', () => {
  const text = (name: string): string =>
    `func f(${name} context.Context, g func(context.Context)) { g(context.Background()) }`;
  assert.deepEqual(told('context-not-passed', '"context"', text('_ctx')), []);
  assert.deepEqual(told('context-not-passed', '"context"', text('ctx')), ['1 warning']);
});

test('mutex-over-io: a lock over one connection is there for it', () => {
  const text = (type: string): string =>
    `type s struct { mu sync.Mutex; db *${type} }\nfunc (s *s) f(ctx context.Context) { s.mu.Lock(); defer s.mu.Unlock(); s.db.QueryRow(ctx, "x") }`;
  const imports = '"context"; "sync"; "github.com/jackc/pgx/v5"; "github.com/jackc/pgx/v5/pgxpool"';
  assert.deepEqual(told('mutex-over-io', imports, text('pgx.Conn')), []);
  assert.deepEqual(told('mutex-over-io', imports, text('pgxpool.Pool')), ['2 warning']);
});

test('nested-context: a branch that leaves the loop, and layers that are gathered for what comes after', () => {
  const loop = (head: string, body: string, after: string): string[] =>
    told(
      'nested-context',
      '"context"',
      `func f(ctx context.Context, all map[string]string, use func(context.Context)) {\n${head} { ${body} }\n${after} }`,
    );
  const wrap = 'ctx = context.WithValue(ctx, k, v)';
  const each = 'for k, v := range all';
  assert.deepEqual(loop(each, `if k == "" { ${wrap}; break }`, 'use(ctx)'), []);
  assert.deepEqual(loop(each, `if k == "" { ${wrap}; use(ctx); return }`, ''), []);
  assert.deepEqual(loop(each, wrap, 'use(ctx)'), []);
  assert.deepEqual(loop(each, `${wrap}; use(ctx)`, ''), ['2 warning']);
  assert.deepEqual(loop(each, `switch k { case "": if v == "" { ${wrap}; use(ctx); break } }`, ''), ['2 warning']);
  assert.deepEqual(loop('for', 'ctx = context.WithValue(ctx, all, all)', ''), ['2 warning']);
});

test('tx-without-rollback: a batch that a count opens and closes, and an error that gorm keeps', () => {
  const batch = (begin: string): string[] =>
    told(
      'tx-without-rollback',
      '"database/sql"',
      `func f(db *sql.DB, in chan int) {\nvar tx *sql.Tx\nn := 0\nfor range in {\n${begin}\nn++\nif n == 9 { tx.Commit(); n = 0 }\n}\nif n > 0 { tx.Commit() }\n}`,
    );
  assert.deepEqual(batch('if n == 0 { tx, _ = db.Begin() }'), []);
  assert.deepEqual(batch('tx, _ = db.Begin()'), ['5 error']);
  const gorm = (check: string): string[] =>
    told(
      'tx-without-rollback',
      '"gorm.io/gorm"',
      `type s struct { db *gorm.DB }\nfunc (s *s) f() error {\ntx := s.db.Begin()\n${check}\nreturn tx.Commit().Error\n}`,
    );
  assert.deepEqual(gorm('if tx.Error != nil { return tx.Error }'), []);
  assert.deepEqual(gorm('if err := tx.Error; err != nil { return err }'), []);
  assert.deepEqual(gorm('if err := tx.Create(1).Error; err != nil { return err }'), ['3 error']);
});

test('context-in-struct: beside what ends it, or in what is a context', () => {
  const fields = (list: string): string[] => told('context-in-struct', '"context"', `type t struct { ${list} }`);
  assert.deepEqual(fields('ctx context.Context; finish func()'), []);
  assert.deepEqual(fields('context.Context; values context.Context'), []);
  assert.deepEqual(fields('ctx context.Context; finish func() error'), ['1 note']);
  assert.deepEqual(fields('ctx context.Context; load func()'), ['1 note']);
  assert.deepEqual(fields('connectedCtx context.Context; connectedDone func()'), []);
});

test('rows-err-unchecked: rows closed unread are told in their own words', () => {
  const rows = (rest: string): string[] =>
    told('rows-err-unchecked', '"database/sql"', `func f(db *sql.DB) { rows, _ := db.Query("x"); ${rest} }`);
  assert.deepEqual(rows('rows.Close()'), ['1 note']);
  assert.deepEqual(rows('defer rows.Close(); for rows.Next() {}'), ['1 warning']);
  assert.deepEqual(rows('defer rows.Close(); if !rows.Next() { return }'), ['1 warning']);
});

test('pool-limits: a pool for one function, and one in a helper of tests', () => {
  const open = (imports: string, rest: string): string[] =>
    told('pool-limits', `"database/sql"; ${imports}`, `func f() { db, _ := sql.Open("x", "y"); ${rest} }`);
  assert.deepEqual(open('', 'defer db.Close(); db.Exec("x")'), []);
  assert.deepEqual(open('', 'defer func() { _ = db.Close() }()'), []);
  assert.deepEqual(open('', 'if db.Ping() != nil { db.Close(); return }; keep(db)'), ['1 warning']);
  const retried = 'var _ = retry(func() error { db, _ := sql.Open("x", "y"); defer db.Close(); return db.Ping() })';
  assert.deepEqual(told('pool-limits', '"database/sql"', `func f() { ${retried} }`), []);
  assert.deepEqual(open('', 'defer func(it *sql.DB) { it.Close() }(db)'), []);
  assert.deepEqual(open('', 'keep(db)'), ['1 warning']);
  const service = 'func main() { db, _ := sql.Open("x", "y"); defer db.Close(); serve(db) }';
  assert.deepEqual(told('pool-limits', '"database/sql"', service), ['1 warning']);
  const one = 'func f(db *sql.DB) { db.SetMaxOpenConns(1) }';
  assert.deepEqual(told('pool-limits', '"database/sql"', one), []);
  assert.deepEqual(open('"github.com/onsi/gomega"', 'keep(db)'), []);
});

test('fields that a function sets on what it made do not speak for what others made', () => {
  const servers = (rest: string): string[] =>
    told('server-without-timeouts', '"net/http"; "time"', `var s = &http.Server{Addr: ":1"}\n${rest}`);
  assert.deepEqual(servers('func f() { var o http.Server; o.ReadTimeout = time.Second }'), ['1 warning']);
  assert.deepEqual(servers('func f() { o := new(http.Server); o.ReadTimeout = time.Second }'), ['1 warning']);
  assert.deepEqual(servers('func f() { s.ReadTimeout = time.Second }'), []);
  assert.deepEqual(servers('func f(o *http.Server) { o.ReadTimeout = time.Second }'), []);
  assert.deepEqual(servers('func f() { var o http.Server; configure(&o) }'), ['1 warning']);
});
