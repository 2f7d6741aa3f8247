import { checkStyles } from '../testing/check-styles.ts';

checkStyles([
  [
    'servers by literal, new and var',
    `package main

import (
	"context"
	"log"
	"net"
	"net/http"
	"time"
)

func main() {
	mux := http.NewServeMux()
	base, stop := context.WithCancel(context.Background())
	defer stop()
	srv := &http.Server{ // want server-without-timeouts
		Addr:        ":8080",
		Handler:     mux,
		BaseContext: func(net.Listener) context.Context { return base },
	}
	go func() { log.Println(http.ListenAndServe("localhost:6060", nil)) }() // want server-without-timeouts
	if err := srv.ListenAndServe(); err != nil {
		log.Println(err)
	}
}

func other(h http.Handler) *http.Server {
	s := new(http.Server) // want server-without-timeouts
	s.Addr = ":1"
	s.Handler = h
	return s
}

func good(h http.Handler) *http.Server {
	var s http.Server
	s.Handler = h
	s.ReadHeaderTimeout = time.Second
	s.ReadTimeout = 5 * time.Second
	s.WriteTimeout = 5 * time.Second
	s.IdleTimeout = time.Minute
	return &s
}
`,
  ],
  [
    'a TimeoutHandler made before',
    `package main

import (
	"net/http"
	"time"
)

const handlerLimit = 30 * time.Second

func serve(mux *http.ServeMux) *http.Server {
	h := http.TimeoutHandler(mux, handlerLimit, "late") // want server-without-timeouts
	return &http.Server{
		Addr:              ":8080",
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      15 * time.Second,
		IdleTimeout:       60 * time.Second,
	}
}
`,
  ],
]);
