import { checkStyles } from '../testing/check-styles.ts';

checkStyles([
  [
    'locks over requests and queries',
    `package svc

import (
	"context"
	"database/sql"
	"net/http"
	"sync"
	"time"
)

type Cache struct {
	mu sync.RWMutex
	m  map[string]string
	db *sql.DB
	hc *http.Client
}

func (c *Cache) Get(ctx context.Context, k string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if v, ok := c.m[k]; ok {
		return v, nil
	}
	var v string
	if err := c.db.QueryRowContext(ctx, "SELECT v FROM t WHERE k=$1", k).Scan(&v); err != nil { // want mutex-over-io
		return "", err
	}
	c.m[k] = v
	return v, nil
}

func (c *Cache) Get2(ctx context.Context, k string) (string, error) {
	c.mu.RLock()
	v, ok := c.m[k]
	c.mu.RUnlock()
	if ok {
		return v, nil
	}
	if err := c.db.QueryRowContext(ctx, "SELECT v FROM t WHERE k=$1", k).Scan(&v); err != nil {
		return "", err
	}
	c.mu.Lock()
	c.m[k] = v
	c.mu.Unlock()
	return v, nil
}

type Embedded struct {
	sync.Mutex
	hc *http.Client
}

func (e *Embedded) refresh(req *http.Request) {
	e.Lock()
	defer e.Unlock()
	resp, err := e.hc.Do(req) // want mutex-over-io
	if err != nil {
		return
	}
	resp.Body.Close()
}

func (e *Embedded) backoff() {
	e.Lock()
	time.Sleep(time.Second) // want mutex-over-io
	e.Unlock()
}
`,
  ],
  [
    'a lock released by a closure',
    `package svc

import (
	"context"
	"sync"

	"github.com/redis/go-redis/v9"
)

type T struct {
	mu  sync.Mutex
	rdb *redis.Client
}

func (t *T) load(ctx context.Context, k string) (string, error) {
	t.mu.Lock()
	defer func() { t.mu.Unlock() }()
	return t.rdb.Get(ctx, k).Result() // want mutex-over-io
}

func (t *T) ok(ctx context.Context, k string) (string, error) {
	func() {
		t.mu.Lock()
		defer t.mu.Unlock()
	}()
	return t.rdb.Get(ctx, k).Result()
}
`,
  ],
]);
