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
