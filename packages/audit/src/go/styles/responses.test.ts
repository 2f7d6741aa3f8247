import { checkStyles } from '../testing/check-styles.ts';

checkStyles([
  [
    'clients by literal, new and var',
    `package svc

import (
	"net"
	"net/http"
	"time"
)

var c1 http.Client // want client-without-timeout

func a(u string) (*http.Response, error) { return http.DefaultClient.Get(u) } // want client-without-timeout no-context

func b() *http.Client { return &http.Client{Transport: &http.Transport{}} } // want client-without-timeout client-without-timeout

func b2() *http.Client { return new(http.Client) } // want client-without-timeout

func c() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 32
	return &http.Client{Transport: t, Timeout: 2 * time.Second}
}

func d() *http.Client {
	c := &http.Client{}
	c.Timeout = 2 * time.Second
	return c
}

func e(addr string) (net.Conn, error) { return net.Dial("tcp", addr) } // want no-context
`,
  ],
  [
    'bodies on every path',
    `package svc

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

var hc = &http.Client{Timeout: time.Second}

func early(ctx context.Context, req *http.Request) error {
	resp, err := hc.Do(req.WithContext(ctx)) // want body-not-closed
	if err != nil {
		return err
	}
	if resp.StatusCode != 200 {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	var v any
	return json.NewDecoder(resp.Body).Decode(&v)
}

func discard(req *http.Request) error {
	_, err := hc.Do(req) // want body-not-closed
	return err
}

func retry(req *http.Request) (*http.Response, error) {
	var resp *http.Response
	var err error
	for i := 0; i < 3; i++ {
		resp, err = hc.Do(req)
		if err == nil && resp.StatusCode < 500 {
			return resp, nil
		}
		if resp != nil {
			resp.Body.Close()
		}
	}
	return resp, err
}

func read(resp *http.Response) ([]byte, error) {
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}

func good(req *http.Request) ([]byte, error) {
	resp, err := hc.Do(req)
	if err != nil {
		return nil, err
	}
	return read(resp)
}

func good2(req *http.Request) (b []byte, err error) {
	resp, err := hc.Do(req)
	if err != nil {
		return nil, err
	}
	body := resp.Body
	defer func() {
		if cerr := body.Close(); err == nil {
			err = cerr
		}
	}()
	return io.ReadAll(body)
}
`,
  ],
]);
