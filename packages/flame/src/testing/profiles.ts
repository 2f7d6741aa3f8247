import { type Label, type Profile, ProfileBuilder } from '@holdup/profile';

/** One stack of a made-up profile, outermost function first, with a value per type. */
export interface Line {
  readonly stack: string;
  readonly values: readonly number[];
  readonly labels?: readonly Label[];
}

/** `main;handler;query` as a profile of one type (or more), frames in files of their own. */
export function profileOf(lines: readonly Line[], types = [{ type: 'cpu', unit: 'nanoseconds' }]): Profile {
  const builder = new ProfileBuilder({ sampleTypes: types });
  for (const { stack, values, labels = [] } of lines) {
    const names = stack === '' ? [] : stack.split(';');
    const last = names.reduce(
      (parent, name) => builder.stack(parent, builder.frame({ name, file: '/srv/app.js', line: 1 })),
      -1,
    );
    builder.sample(last, values, labels);
  }
  return builder.build();
}

/** 52,000 stacks: a few heavy ones among many that nobody sees, and samples without a stack. @param seed Of the light ones' weights. */
export function largeProfile(seed: number): Profile {
  const types = [
    { type: 'samples', unit: 'count' },
    { type: 'cpu', unit: 'nanoseconds' },
  ];
  const builder = new ProfileBuilder({ sampleTypes: types });
  const frame = (name: string): number => builder.frame({ name, file: '/srv/app.js', line: 1 });
  const main = builder.stack(-1, frame('main'));
  const leaves = Array.from({ length: 1_300 }, (_, at) => frame(`leaf${at}`));
  for (let at = 0; at < 40 * leaves.length; at += 1) {
    const group = builder.stack(main, frame(`group${at % 40}`));
    const weight = at % 4_999 === 0 ? 3_000 + at : 1 + ((at * seed) % 7);
    const leaf = builder.stack(group, leaves[Math.floor(at / 40)] ?? 0);
    builder.sample(leaf, [1, weight], [{ key: 'route', value: `GET /${at % 3}` }]);
  }
  builder.sample(-1, [5, 500]);
  return builder.build();
}
