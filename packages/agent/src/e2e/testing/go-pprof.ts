import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@holdup/testkit';

/** Why Go's own tool cannot be asked; undefined: it can. */
export function noGo(): string | undefined {
  return spawnSync('go', ['version']).status === 0 ? undefined : 'Go is not installed';
}

/** Profiles as files, for `go tool pprof`. */
export class GoPprof {
  readonly #folder = mkdtempSync(join(tmpdir(), 'holdup-pprof-'));
  #files = 0;

  write(bytes: Uint8Array): string {
    const file = join(this.#folder, `${++this.#files}.pb.gz`);
    writeFileSync(file, bytes);
    return file;
  }

  /** What it prints. @throws Error with what it says when it fails */
  run(...args: string[]): string {
    const { status, stdout, stderr } = spawnSync('go', ['tool', 'pprof', ...args], {
      encoding: 'utf8',
      env: this.#env(),
    });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  }

  /** One page of its web interface. */
  async page(file: string, path: string): Promise<string> {
    const port = await freePort();
    const child = spawn('go', ['tool', 'pprof', '-no_browser', `-http=127.0.0.1:${port}`, file], {
      env: this.#env(),
      stdio: 'ignore',
    });
    try {
      for (let attempt = 0; ; attempt++) {
        await sleep(100);
        const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
        if (answer !== undefined) return await answer.text();
        if (attempt === 100) throw new Error('go tool pprof -http did not answer');
      }
    } finally {
      // The go command runs the tool as a child of its own, which ends with it on SIGINT only.
      child.kill('SIGINT');
    }
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #env(): NodeJS.ProcessEnv {
    return { ...process.env, PPROF_TMPDIR: this.#folder };
  }
}
