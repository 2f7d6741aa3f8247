import { AsyncLocalStorage } from 'node:async_hooks';
import { pbkdf2Sync } from 'node:crypto';
import { writeSync } from 'node:fs';
import { IdleClock } from '../../recorder/idle-clock.ts';
import type { Block, OpenBlock } from '../block.ts';
import { BEAT_MS } from '../timing.ts';
import { startWatchdog, type Watchdog, type WatchdogOptions } from '../watchdog.ts';

/** What a fixture tells its test: one JSON document a line on stdout, written at once because it may be blocked next. */
export type HostEvent =
  | { readonly event: 'block'; readonly block: Block<string> }
  | { readonly event: 'blocked'; readonly block: OpenBlock<string> }
  | { readonly event: 'off'; readonly reason: string }
  | { readonly event: 'note'; readonly name: string; readonly value: unknown };

export function tell(event: HostEvent): void {
  writeSync(1, `${JSON.stringify(event)}\n`);
}

export function note(name: string, value: unknown = true): void {
  tell({ event: 'note', name, value });
}

/** A small app with the watchdog on; the holder is whatever its own AsyncLocalStorage says. */
export class Host {
  readonly requests = new AsyncLocalStorage<string>();
  readonly watchdog: Watchdog<string> | undefined;
  samples = 0;
  nativeSamples = 0;

  constructor(overrides: Partial<WatchdogOptions<string>> = {}) {
    const watchdog = startWatchdog<string>({
      idle: new IdleClock(),
      currentHolder: () => this.requests.getStore(),
      onBlocked: (block) => {
        this.samples++;
        if (block.sample.native) this.nativeSamples++;
        tell({ event: 'blocked', block });
      },
      onBlock: (block) => tell({ event: 'block', block }),
      onOff: (reason) => tell({ event: 'off', reason }),
      ...overrides,
    });
    this.watchdog = watchdog;
    if (watchdog) setInterval(watchdog.beat.bind(watchdog), BEAT_MS).unref();
  }
}

/**
 * True for at least `ms`, and until the host was sampled: on a machine with little to give the thread may be late.
 * Call it from the function that is to be found on the stack.
 */
export function untilSampled(host: Host, ms = 130): () => boolean {
  const { samples } = host;
  return whileMissing(ms, () => host.samples === samples);
}

export function untilSampledNatively(host: Host): () => boolean {
  const { nativeSamples } = host;
  return whileMissing(0, () => host.nativeSamples === nativeSamples);
}

function whileMissing(ms: number, isMissing: () => boolean): () => boolean {
  const began = performance.now();
  const passed = (limit: number): boolean => performance.now() - began >= limit;
  return () => !passed(ms) || (isMissing() && !passed(GIVE_UP_MS));
}

const GIVE_UP_MS = 5000;

export function spinUntilSampled(host: Host): void {
  const wanted = untilSampled(host);
  while (wanted());
}

export function spinFor(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

/** One native call of about that length. Nothing can interrupt it. */
export function hashFor(ms: number): void {
  const trial = 20_000;
  const began = performance.now();
  pbkdf2Sync('secret', 'salt', trial, 64, 'sha512');
  const rounds = Math.ceil((trial * ms) / (performance.now() - began));
  pbkdf2Sync('secret', 'salt', rounds, 64, 'sha512');
}
