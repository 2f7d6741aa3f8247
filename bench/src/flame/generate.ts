import { encodePprof, ProfileBuilder } from '@holdup/profile';

/** What is hard about a profile: its size, or its shape. */
export type Shape = 'service' | 'side by side' | 'crowded' | 'deep';

/** The lightest first: on a slow machine the time is up before the last. */
export const SHAPES: readonly Shape[] = ['crowded', 'deep', 'side by side', 'service'];

const NS_PER_SAMPLE = 10_000_000;
const TYPES = [
  { type: 'samples', unit: 'count' },
  { type: 'cpu', unit: 'nanoseconds' },
];

type Random = (below: number) => number;

/** A pprof, not compressed. The same for the same shape. */
export function generatePprof(shape: Shape): Uint8Array {
  const maker = new Maker();
  switch (shape) {
    case 'service':
      addService(maker);
      break;
    case 'side by side':
      addSideBySide(maker);
      break;
    case 'crowded':
      addCrowd(maker);
      break;
    case 'deep':
      addDeep(maker);
      break;
  }
  return maker.encode();
}

class Maker {
  readonly builder = new ProfileBuilder({ sampleTypes: TYPES });
  readonly random = makeRandom();

  frame(fn: number): number {
    const folder = `github.com/example/service/package${fn % 300}`;
    const name = `${folder}.(*Type${fn % 900}).Method${fn}`;
    return this.builder.frame({ name, file: `/src/${folder}/file.go`, line: 10 });
  }

  sample(stack: number, count: number, route = 'GET /'): void {
    this.builder.sample(stack, [count, count * NS_PER_SAMPLE], [{ key: 'route', value: route }]);
  }

  encode(): Uint8Array {
    return encodePprof(this.builder.build());
  }
}

/** A large service: a million samples in 100,000 stacks of 20 to 49 frames, walks over a call graph, of 40 routes. */
function addService(maker: Maker): void {
  const { builder, random } = maker;
  const [samples, stacks, functions, routes] = [1_000_000, 100_000, 5_000, 40];
  const frames = Array.from({ length: functions }, (_, fn) => maker.frame(fn));
  const leaves = Array.from({ length: stacks }, () => {
    let fn = random(8);
    let stack = -1;
    for (let depth = 20 + random(30); depth > 0; depth--) {
      stack = builder.stack(stack, frames[fn] ?? 0);
      fn = (fn * 7 + 13 + random(4) * 791) % functions;
    }
    return stack;
  });
  for (let at = 0; at < samples; at++) {
    const leaf = leaves[at < stacks ? at : random(stacks)] ?? -1;
    maker.sample(leaf, 1, `GET /resource${random(routes)}`);
  }
}

/** 300,000 boxes at one level, as generated code or a minified bundle has them. */
function addSideBySide(maker: Maker): void {
  const { builder, random } = maker;
  const main = builder.stack(-1, maker.frame(0));
  for (let fn = 1; fn <= 300_000; fn++) maker.sample(builder.stack(main, maker.frame(fn)), 1 + random(100));
}

/** 100,000 boxes in one view, each just wide enough to be seen: 1,250 stacks side by side of 80 functions, with nothing in common. */
function addCrowd(maker: Maker): void {
  const { builder } = maker;
  const [columns, rows] = [1_250, 80];
  const main = builder.stack(-1, maker.frame(0));
  for (let column = 0; column < columns; column++) {
    let stack = main;
    for (let row = 0; row < rows; row++) stack = builder.stack(stack, maker.frame(1 + column * rows + row));
    maker.sample(stack, 100);
  }
}

/** 2,000 stacks of 500 frames that part from each other anywhere: recursion over data. */
function addDeep(maker: Maker): void {
  const { builder, random } = maker;
  const paths: number[][] = [];
  for (let at = 0; at < 2_000; at++) {
    const path = (paths[random(Math.max(1, paths.length))] ?? []).slice(0, random(480));
    while (path.length < 500) path.push(random(3_000));
    paths.push(path);
    const stack = path.reduce((above, fn) => builder.stack(above, maker.frame(fn)), -1);
    maker.sample(stack, 1 + random(50));
  }
}

/** Repeatable pseudo-random numbers below a limit (xorshift). */
function makeRandom(): Random {
  let state = 88172645;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
