import { checkStyles } from '../testing/check-styles.ts';

checkStyles([
  [
    'defer in loops',
    `package svc

import (
	"context"
	"database/sql"
	"net/http"
	"time"
)

func each(ctx context.Context, urls []string) error {
	for _, u := range urls {
		c, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		req, err := http.NewRequestWithContext(c, "GET", u, nil)
		if err != nil {
			return err
		}
		resp, err := (&http.Client{Timeout: time.Second}).Do(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
	}
	return nil
}

func lost(ctx context.Context, db *sql.DB, ids []int) error {
	for _, id := range ids {
		c, cancel := context.WithTimeout(ctx, time.Second) // want lost-cancel
		_, err := db.ExecContext(c, "DELETE FROM t WHERE id=$1", id)
		if err != nil {
			return err // want lost-cancel
		}
		cancel()
	}
	return nil
}
`,
  ],
  [
    'contexts in structs',
    `package svc

import "context"

type Service struct {
	ctx  context.Context // want context-in-struct
	name string
}

func NewService(ctx context.Context, name string) *Service { return &Service{ctx: ctx, name: name} }

type job struct {
	ctx    context.Context
	cancel context.CancelFunc
}

type params struct {
	context.Context
	id int
}
`,
  ],
  [
    'keys',
    `package svc

import (
	"context"
	"net/http"
)

type ctxKey string

const userKey ctxKey = "user"
const reqKey = "req"

func mw(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := context.WithValue(r.Context(), reqKey, "1") // want context-string-key
		ctx = context.WithValue(ctx, userKey, "2")
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}
`,
  ],
  [
    'forms of lost cancels',
    `package svc

import (
	"context"
	"time"
)

type W struct{ stop context.CancelFunc }

func (w *W) start(ctx context.Context) {
	ctx, w.stop = context.WithCancel(ctx)
	go w.run(ctx)
}

func (w *W) run(ctx context.Context) { <-ctx.Done() }

func bad(ctx context.Context, f func(context.Context) error) error {
	tctx, cancel := context.WithTimeoutCause(ctx, time.Second, context.DeadlineExceeded) // want lost-cancel
	err := f(tctx)
	if err != nil {
		return err // want lost-cancel
	}
	cancel()
	return nil
}

func bad2(ctx context.Context) context.Context {
	c, _ := context.WithDeadline(ctx, time.Now().Add(time.Second)) // want lost-cancel
	return c
}

func good(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, time.Second)
}

func good2(ctx context.Context, f func(context.Context) error) (err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer func() { cancel() }()
	return f(ctx)
}
`,
  ],
]);
