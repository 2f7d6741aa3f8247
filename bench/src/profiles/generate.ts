import { encodePprof, type Label, ProfileBuilder } from '@holdup/profile';

/** What the big profile has; with it comes to about 100 MB before compression. */
const SAMPLES = 1_000_000;
const STACKS = 100_000;
const FUNCTIONS = 5_000;
const CALL_SITES = 20_000;
/** Frames of a stack: Go services with middleware and generated code are this deep. */
const LEAST_DEPTH = 20;
const MORE_DEPTH = 30;
/** What a function calls; more would be no program but noise, fewer would share nearly all stacks. */
const CALLEES = 4;
const ROUTES = 40;
const TRACES = 500;
const NS_PER_SAMPLE = 10_000_000;

/** Repeatable pseudo-random numbers from 0 up to, not including, `below` (mulberry32). */
export function makeRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** A pprof of a large service under load, not compressed: walks over a call graph, two values, a route and a trace id each. */
export function generatePprof(): Uint8Array {
  const random = makeRandom(1);
  const builder = new ProfileBuilder({
    sampleTypes: [
      { type: 'samples', unit: 'count' },
      { type: 'cpu', unit: 'nanoseconds' },
    ],
    periodType: { type: 'cpu', unit: 'nanoseconds' },
    period: BigInt(NS_PER_SAMPLE),
    time: 1_700_000_000_000_000_000n,
    duration: 600_000_000_000n,
  });
  const stacks = addStacks(builder, random);
  const labels = Array.from({ length: ROUTES * TRACES }, (_, i): Label[] => [
    { key: 'route', value: `GET /api/v1/resource${i % ROUTES}/:id` },
    { key: 'trace_id', value: `${String(Math.floor(i / ROUTES)).padStart(32, '0')}` },
  ]);
  for (let i = 0; i < SAMPLES; i++) {
    const stack = stacks[i < STACKS ? i : random(STACKS)] ?? -1;
    const count = 1 + random(3);
    builder.sample(stack, [count, count * NS_PER_SAMPLE], labels[random(labels.length)] ?? []);
  }
  return encodePprof(builder.build());
}

function addStacks(builder: ProfileBuilder, random: (below: number) => number): Int32Array {
  const frames = Array.from({ length: CALL_SITES }, (_, i) => {
    const fn = i % FUNCTIONS;
    return builder.frame({
      name: `github.com/example/service/internal/package${fn % 300}.(*Type${fn % 900}).Method${fn}`,
      file: `/src/github.com/example/service/internal/package${fn % 300}/file${fn % 1500}.go`,
      line: 10 + Math.floor(i / FUNCTIONS) * 7,
      address: BigInt(0x400000 + i * 32),
    });
  });
  const stacks = new Int32Array(STACKS);
  for (let i = 0; i < STACKS; i++) {
    let at = random(8);
    let stack = -1;
    for (let depth = LEAST_DEPTH + random(MORE_DEPTH); depth > 0; depth--) {
      stack = builder.stack(stack, frames[at] ?? 0);
      at = (Math.imul(at, 2654435) + 12345 + random(CALLEES) * 7919) >>> 0;
      at %= CALL_SITES;
    }
    stacks[i] = stack;
  }
  return stacks;
}
