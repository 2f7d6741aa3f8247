import { checkStyles } from '../testing/check-styles.ts';

checkStyles([
  [
    'errgroup',
    `package svc

import (
	"context"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"
)

var hc = &http.Client{Timeout: time.Second}

func fan(ctx context.Context, urls []string) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, u := range urls {
		g.Go(func() error {
			req, err := http.NewRequestWithContext(context.Background(), "GET", u, nil) // want context-not-passed
			if err != nil {
				return err
			}
			resp, err := hc.Do(req)
			if err != nil {
				return err
			}
			return resp.Body.Close()
		})
	}
	return g.Wait()
}

func fan2(ctx context.Context, urls []string) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(4)
	for _, u := range urls {
		g.Go(func() error {
			req, err := http.NewRequestWithContext(ctx, "GET", u, nil)
			if err != nil {
				return err
			}
			resp, err := hc.Do(req) // want body-not-closed
			if err != nil {
				return err
			}
			if resp.StatusCode != 200 {
				return http.ErrNotSupported
			}
			return nil
		})
	}
	return g.Wait()
}
`,
  ],
  [
    'a goroutine that posts',
    `package svc

import (
	"encoding/json"
	"net/http"
	"time"
)

type Audit struct{ hc *http.Client }

func (a *Audit) post(v any) {
	time.Sleep(time.Second)
}

type H struct{ audit *Audit }

func (h *H) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var v map[string]any
	if err := json.NewDecoder(r.Body).Decode(&v); err != nil {
		http.Error(w, "bad", 400)
		return
	}
	go h.audit.post(v) // want goroutine-without-context
	w.WriteHeader(204)
}
`,
  ],
  [
    'a goroutine raced against a timer',
    `package svc

import (
	"net/http"
	"time"
)

func slow(id string) string { time.Sleep(time.Second); return id }

func handle(w http.ResponseWriter, r *http.Request) {
	ch := make(chan string, 1)
	id := r.URL.Query().Get("id")
	go func() { ch <- slow(id) }() // want goroutine-without-context
	select {
	case v := <-ch:
		w.Write([]byte(v))
	case <-time.After(500 * time.Millisecond):
		http.Error(w, "late", 504)
	}
}

func handle2(w http.ResponseWriter, r *http.Request) {
	ch := make(chan string, 1)
	id := r.URL.Query().Get("id")
	go func() { ch <- slow(id) }()
	w.Write([]byte(<-ch))
}
`,
  ],
  [
    'a writer in a goroutine',
    `package svc

import (
	"encoding/json"
	"net/http"
	"time"
)

func compute() int { time.Sleep(time.Second); return 1 }

func handle(w http.ResponseWriter, r *http.Request) {
	go func() { // want goroutine-without-context
		n := compute()
		json.NewEncoder(w).Encode(n) // want writer-after-handler
	}()
}

func handle2(w http.ResponseWriter, r *http.Request) {
	done := make(chan struct{})
	go func() { // want goroutine-without-context
		defer close(done)
		json.NewEncoder(w).Encode(compute()) // want writer-after-handler
	}()
	select {
	case <-done:
	case <-r.Context().Done():
	}
}
`,
  ],
  [
    'a writer given to a method',
    `package svc

import (
	"net/http"
	"sync"
)

type H struct{}

func (h *H) stream(w http.ResponseWriter, n int) { w.Write([]byte("x")) }

func (h *H) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	go h.stream(w, 1) // want goroutine-without-context writer-after-handler
}

type G struct{}

func (g *G) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() { defer wg.Done(); w.Write([]byte("x")) }()
	wg.Wait()
}
`,
  ],
]);
