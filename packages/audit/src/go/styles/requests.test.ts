import { checkStyles } from '../testing/check-styles.ts';

checkStyles([
  [
    'a helper that builds requests',
    `package svc

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"time"
)

type API struct {
	base string
	hc   *http.Client
}

func NewAPI(base string) *API {
	return &API{base: base, hc: &http.Client{Timeout: 3 * time.Second}}
}

func (a *API) build(method, path string, body io.Reader) (*http.Request, error) {
	req, err := http.NewRequest(method, a.base+path, body) // want no-context
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	return req, nil
}

func (a *API) Create(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	req, err := a.build(http.MethodPost, "/items", bytes.NewReader(b))
	if err != nil {
		return err
	}
	resp, err := a.hc.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return nil
}
`,
  ],
  [
    'a request that gets its context later',
    `package svc

import (
	"context"
	"net/http"
	"time"
)

var hc = &http.Client{Timeout: time.Second}

func get(ctx context.Context, url string) (*http.Response, error) {
	req, err := http.NewRequest(http.MethodGet, url, nil) // want no-context
	if err != nil {
		return nil, err
	}
	return hc.Do(req.WithContext(ctx))
}

func get2(ctx context.Context, url string) (*http.Response, error) {
	req, err := http.NewRequest(http.MethodGet, url, nil) // want no-context
	if err != nil {
		return nil, err
	}
	req = req.WithContext(ctx)
	return hc.Do(req)
}
`,
  ],
  [
    'generic clients',
    `package svc

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

type Client[T any] struct {
	hc *http.Client
}

func New[T any]() *Client[T] { return &Client[T]{hc: &http.Client{Timeout: 2 * time.Second}} }

func (c *Client[T]) Fetch(ctx context.Context, url string) (T, error) {
	var out T
	resp, err := c.hc.Get(url) // want no-context
	if err != nil {
		return out, err
	}
	defer resp.Body.Close()
	return out, json.NewDecoder(resp.Body).Decode(&out)
}

func Decode[T any](ctx context.Context, hc *http.Client, url string) (T, error) {
	var out T
	req, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		return out, err
	}
	resp, err := hc.Do(req) // want body-not-closed
	if err != nil {
		return out, err
	}
	return out, json.NewDecoder(resp.Body).Decode(&out)
}
`,
  ],
  [
    'resty',
    `package svc

import (
	"context"
	"time"

	"github.com/go-resty/resty/v2"
)

func NewClient() *resty.Client {
	return resty.New().SetBaseURL("https://x") // want client-without-timeout
}

func NewClient2() *resty.Client {
	return resty.New().SetTimeout(3 * time.Second)
}

func call(ctx context.Context, c *resty.Client) error {
	_, err := c.R().Get("/a") // want no-context
	return err
}

func call2(ctx context.Context, c *resty.Client) error {
	_, err := c.R().SetContext(ctx).Get("/a")
	return err
}
`,
  ],
  [
    'processes and names',
    `package svc

import (
	"context"
	"net"
	"os/exec"
)

func convert(ctx context.Context, in string) error {
	return exec.Command("convert", in, "out.png").Run() // want no-context
}

func convert2(ctx context.Context, in string) error {
	cmd := exec.CommandContext(ctx, "convert", in, "out.png")
	return cmd.Run()
}

func resolve(ctx context.Context, host string) ([]string, error) {
	return net.LookupHost(host) // want no-context
}

func resolve2(ctx context.Context, host string) ([]string, error) {
	return net.DefaultResolver.LookupHost(ctx, host)
}

func dial(ctx context.Context, addr string) (net.Conn, error) {
	var d net.Dialer
	return d.Dial("tcp", addr) // want no-context
}
`,
  ],
]);
