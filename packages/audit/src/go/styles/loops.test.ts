import { checkStyles } from '../testing/check-styles.ts';

checkStyles([
  [
    'contexts in loops',
    `package svc

import (
	"context"
	"time"
)

func poll(ctx context.Context, ids []int, f func(context.Context, int) error) error {
	for _, id := range ids {
		ctx, cancel := context.WithTimeout(ctx, time.Second)
		err := f(ctx, id)
		cancel()
		if err != nil {
			return err
		}
	}
	return nil
}

func bad(ctx context.Context, ids []int, f func(context.Context, int) error) error {
	for _, id := range ids {
		ctx = context.WithValue(ctx, ids, id) // want nested-context
		if err := f(ctx, id); err != nil {
			return err
		}
	}
	return nil
}
`,
  ],
  [
    'timers in loops',
    `package svc

import (
	"context"
	"net/http"
	"time"
)

func worker(ctx context.Context, ch <-chan int) {
	for {
		select {
		case <-ch:
		case <-time.After(time.Minute):
			return
		case <-ctx.Done():
			return
		}
	}
}

func retry(ctx context.Context, f func(context.Context) error) error {
	var err error
	for i := 0; i < 3; i++ {
		if err = f(context.Background()); err == nil { // want context-not-passed
			return nil
		}
		select {
		case <-time.After(time.Duration(i) * time.Second):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return err
}

func sse(w http.ResponseWriter, r *http.Request) {
	events := make(chan string)
	go func() {
		for {
			select {
			case events <- "x":
			case <-r.Context().Done():
				return
			}
		}
	}()
	for {
		select {
		case e := <-events:
			w.Write([]byte(e))
		case <-r.Context().Done():
			return
		}
	}
}
`,
  ],
]);
