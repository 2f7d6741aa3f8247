import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { buildFlame, encodePprof, ProfileError, readProfile } from '@holdup/profile';
import { BOMBS, makeInput } from './mutate.ts';

/** Recordings of all formats, which the room of profiles tests with. */
const SEEDS = fileURLToPath(new URL('../../../packages/profile/src/testing/fixtures/', import.meta.url));
const PROFILE = /\.(?:gz|[12]\.txt|prof|cpuprofile)$/;
const FOLDED = 'main;work;parse 5\nmain;work 2\nmain;work;wait 7\nother;work;parse 13\n';

/** Milliseconds; a damaged file of some kilobytes that takes longer hangs. */
const HANG_MS = 5_000;
/** Milliseconds; a bomb may reach a limit of half a gigabyte before it is refused, on a machine with other work. */
const BOMB_HANG_MS = 120_000;
const MB = 1024 * 1024;

/** What became of inputs: how many were read, refused (by the error's code) or not known. */
export interface FuzzReport {
  readonly inputs: number;
  readonly outcomes: Readonly<Record<string, number>>;
  /** What must not be: another error than ours, or too long. */
  readonly failures: readonly string[];
  readonly slowestMs: number;
  readonly peakRssMb: number;
}

/** Seeds as they are and decompressed, so that mutations reach what is inside. */
function readSeeds(): readonly Uint8Array[] {
  const files = readdirSync(SEEDS, { recursive: true, encoding: 'utf8' }).filter((name) => PROFILE.test(name));
  const seeds = files.map((name): Uint8Array => readFileSync(join(SEEDS, name)));
  return [...seeds.map((bytes) => (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes)), Buffer.from(FOLDED)];
}

class Tally {
  readonly outcomes: Record<string, number> = {};
  readonly failures: string[] = [];
  inputs = 0;
  slowestMs = 0;

  /** Reads one input and all one does with what was read. */
  take(name: string, bytes: Uint8Array, hangMs: number): void {
    const start = performance.now();
    let outcome: string;
    try {
      outcome = use(bytes);
    } catch (error) {
      outcome = error instanceof ProfileError ? error.code : 'another error';
      if (!(error instanceof ProfileError)) this.failures.push(`${name}: ${String(error)}`);
    }
    const ms = performance.now() - start;
    if (ms > hangMs) this.failures.push(`${name}: took ${Math.round(ms)} ms`);
    this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1;
    this.slowestMs = Math.max(this.slowestMs, ms);
    this.inputs++;
  }

  report(): FuzzReport {
    const { inputs, outcomes, failures, slowestMs } = this;
    return { inputs, outcomes, failures, slowestMs, peakRssMb: process.resourceUsage().maxRSS / 1024 };
  }
}

function use(bytes: Uint8Array): string {
  const profile = readProfile(bytes, gunzipSync);
  if (!profile) return 'not known';
  if (profile.sampleTypes.length > 0) buildFlame(profile, profile.defaultType, 'top-down');
  encodePprof(profile);
  return 'read';
}

/** Reads `count` damaged inputs from number `first` on. @param progress Called once a second. */
export function fuzzProfiles(first: number, count: number, progress: (done: number) => void = () => {}): FuzzReport {
  const seeds = readSeeds();
  const tally = new Tally();
  let told = performance.now();
  for (let i = 0; i < count; i++) {
    tally.take(`input ${first + i}`, makeInput(first + i, seeds), HANG_MS);
    if (performance.now() - told < 1000) continue;
    told = performance.now();
    progress(i + 1);
  }
  return tally.report();
}

/** Reads one bomb. */
export function readBomb(name: string): FuzzReport {
  const tally = new Tally();
  const bytes = BOMBS[name]?.() ?? new Uint8Array(0);
  tally.take(`${name} (${(bytes.length / MB).toFixed(1)} MB)`, bytes, BOMB_HANG_MS);
  return tally.report();
}
