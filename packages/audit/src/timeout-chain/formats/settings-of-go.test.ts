import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chainOf } from '../testing/chain-of.ts';

const main = (read: string, top = '') => `package main

import (
	"flag"
	"net/http"
	"os"
	"time"

	"example.com/shop/internal/config"
	"github.com/spf13/viper"
)

${top}

func main() {
	cfg := config.Load()
	srv := &http.Server{Addr: ":8080", ReadTimeout: ${read}}
	srv.ListenAndServe()
}
`;

/** What the server of some files says of its ReadTimeout. */
async function readTimeout(files: Readonly<Record<string, string>>): Promise<unknown> {
  const { hops, problems } = await chainOf(files);
  assert.deepEqual(problems, []);
  return hops.find(({ role }) => role === 'server')?.timeouts.find(({ kind }) => kind === 'body')?.ms;
}

describe('settings of a Go program', () => {
  it('are followed into other files of the package and into its packages', async () => {
    assert.equal(
      await readTimeout({
        'main.go': main('readTimeout'),
        'limits.go': 'package main\n\nimport "time"\n\nconst readTimeout = 5 * time.Second\n',
      }),
      5000,
    );
    const limits = 'package config\n\nimport "time"\n\nvar Read = 5 * time.Second\n';
    assert.equal(await readTimeout({ 'main.go': main('config.Read'), 'internal/config/limits.go': limits }), 5000);
    assert.equal(await readTimeout({ 'main.go': main('config.Read'), 'other/config/limits.go': limits }), 'unknown');
  });

  it('have the defaults of flags', async () => {
    assert.equal(
      await readTimeout({ 'main.go': main('*read', 'var read = flag.Duration("read", 5*time.Second, "…")') }),
      5000,
    );
    const flags = 'package main\n\nfunc init() {\n\tflag.DurationVar(&opts.read, "read", 5*time.Second, "…")\n}\n';
    assert.equal(await readTimeout({ 'main.go': main('opts.read'), 'flags.go': flags }), 5000);
  });

  it('have the defaults of tags, unless the environment is known', async () => {
    const config =
      'package config\n\nimport "time"\n\ntype Config struct {\n\tRead time.Duration `env:"READ_TIMEOUT" envDefault:"5s"`\n}\n';
    assert.equal(await readTimeout({ 'main.go': main('cfg.Read'), 'internal/config/config.go': config }), 5000);
    assert.equal(
      await readTimeout({
        '.env': 'READ_TIMEOUT=7s\n',
        'main.go': main('cfg.Read'),
        'internal/config/config.go': config,
      }),
      7000,
    );
  });

  it('have the defaults of literals; where they disagree nothing is known', async () => {
    const config = (seconds: number) =>
      `package config\n\nimport "time"\n\nfunc Load() *Config {\n\treturn &Config{Server: Server{Read: ${seconds} * time.Second}}\n}\n`;
    assert.equal(
      await readTimeout({ 'main.go': main('cfg.Server.Read'), 'internal/config/config.go': config(5) }),
      5000,
    );
    assert.equal(
      await readTimeout({
        'main.go': main('cfg.Server.Read'),
        'internal/config/config.go': config(5),
        'internal/config/dev.go': config(9),
      }),
      'unknown',
    );
    assert.equal(await readTimeout({ 'main.go': main('cfg.Server.Read') }), 'unknown');
  });

  it("have viper's defaults and those of people's own helpers", async () => {
    assert.equal(
      await readTimeout({
        'main.go': main('viper.GetDuration("http.read")'),
        'settings.go': 'package main\n\nfunc init() {\n\tviper.SetDefault("http.read", "5s")\n}\n',
      }),
      5000,
    );
    assert.equal(await readTimeout({ 'main.go': main('viper.GetDuration("http.read")') }), 'unknown');
    assert.equal(await readTimeout({ 'main.go': main('getEnvDuration("READ_TIMEOUT", 5*time.Second)') }), 5000);
    assert.equal(
      await readTimeout({
        '.env': 'READ_TIMEOUT=7s\n',
        'main.go': main('getEnvDuration("READ_TIMEOUT", 5*time.Second)'),
      }),
      7000,
    );
  });
});
