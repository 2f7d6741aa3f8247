import { encodePprof, ProfileBuilder } from '@holdup/profile';

export interface Size {
  readonly samples: number;
  readonly stacks: number;
}

const FUNCTIONS = 5_000;
const ROUTES = 40;
/** Frames of a stack: services with middleware are this deep. */
const LEAST_DEPTH = 20;
const MORE_DEPTH = 30;
const CALLEES = 4;
const NS_PER_SAMPLE = 10_000_000;

/** A pprof of a large service, not compressed: walks over a call graph, a route each. The same for the same size. */
export function generatePprof({ samples, stacks }: Size): Uint8Array {
  const random = makeRandom();
  const builder = new ProfileBuilder({
    sampleTypes: [
      { type: 'samples', unit: 'count' },
      { type: 'cpu', unit: 'nanoseconds' },
    ],
  });
  const frames = Array.from({ length: FUNCTIONS }, (_, fn) => {
    const folder = `github.com/example/service/package${fn % 300}`;
    return builder.frame({
      name: `${folder}.(*Type${fn % 900}).Method${fn}`,
      file: `/src/${folder}/file.go`,
      line: 10,
    });
  });
  const leaves = Array.from({ length: stacks }, () => {
    let fn = random(8);
    let stack = -1;
    for (let depth = LEAST_DEPTH + random(MORE_DEPTH); depth > 0; depth--) {
      stack = builder.stack(stack, frames[fn] ?? 0);
      fn = (fn * 7 + 13 + random(CALLEES) * 791) % FUNCTIONS;
    }
    return stack;
  });
  for (let at = 0; at < samples; at++) {
    const leaf = leaves[at < stacks ? at : random(stacks)] ?? -1;
    builder.sample(leaf, [1, NS_PER_SAMPLE], [{ key: 'route', value: `GET /resource${random(ROUTES)}` }]);
  }
  return encodePprof(builder.build());
}

/** Repeatable pseudo-random numbers below a limit (xorshift). */
function makeRandom(): (below: number) => number {
  let state = 88172645;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
