import fc from 'fast-check';
import { ProfileBuilder } from '../build/profile-builder.ts';
import type { Label, Mapping, Profile } from '../profile.ts';

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const address = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n });
const text = fc.oneof(
  fc.constantFrom('', 'a', 'main.main', 'é', ';', '\0'),
  fc.string({ unit: 'grapheme', maxLength: 5 }),
);
const line = fc.nat({ max: 9 });

const mappings: readonly Mapping[] = [0n, 2n ** 63n].map((start, i) => ({
  start,
  limit: start + 4096n,
  offset: 0n,
  file: `/bin/${i}`,
  buildId: i === 0 ? '' : 'abc',
  hasFunctions: i === 0,
  hasFilenames: true,
  hasLineNumbers: false,
  hasInlineFrames: i === 1,
}));

const frame = fc.record({
  name: fc.oneof(
    fc.constantFrom('f', 'g'),
    text.filter((name) => name !== ''),
  ),
  file: text,
  line,
  column: line,
  startLine: line,
  inlined: fc.boolean(),
  address: fc.option(fc.oneof(fc.constantFrom(1n, 2n), address), { nil: undefined }),
  mapping: fc.option(fc.nat({ max: 1 }), { nil: undefined }),
});

const label: fc.Arbitrary<Label> = fc.oneof(
  fc.record({ key: text, value: text }),
  fc.record({ key: text, value: int64 }),
  fc.record({ key: text, value: int64, unit: text.filter((unit) => unit !== '') }),
);

const sample = fc.record({
  path: fc.array(fc.nat({ max: 7 }), { maxLength: 6 }),
  values: fc.tuple(int64, int64),
  labels: fc.array(label, { maxLength: 3 }),
  at: fc.nat(),
});

const NO_FRAME = { name: '', inlined: false, address: undefined, mapping: undefined };

/**
 * Any profile that pprof can hold: what is inlined has the address and the binary of what it is inlined into, since they are one
 * location there.
 */
export const anyProfile: fc.Arbitrary<Profile> = fc
  .record({
    frames: fc.array(frame, { minLength: 8, maxLength: 8 }),
    samples: fc.array(sample, { maxLength: 12 }),
    time: fc.oneof(fc.constant(0n), fc.bigInt({ min: 1n, max: 2n ** 62n })),
    duration: int64,
    period: int64,
    comments: fc.array(text, { maxLength: 3 }),
    timed: fc.boolean(),
  })
  .map(({ frames, samples, timed, ...header }) => {
    const builder = new ProfileBuilder({
      ...header,
      sampleTypes: [
        { type: 'delay', unit: 'nanoseconds' },
        { type: '', unit: '' },
      ],
      defaultType: 0,
      mappings,
    });
    for (const { path, values, labels, at } of samples) {
      let stack = -1;
      let base: { address?: bigint; mapping?: Mapping; module?: string } = {};
      for (const index of path) {
        const { address: own, mapping, ...facts } = frames[index] ?? NO_FRAME;
        const inlined = stack >= 0 && facts.inlined;
        const found = mapping === undefined ? undefined : mappings[mapping];
        if (!inlined) base = { ...(own && { address: own }), ...(found && { mapping: found, module: found.file }) };
        stack = builder.stack(stack, builder.frame({ ...facts, inlined, ...base }));
      }
      builder.sample(stack, values, labels, timed && header.time !== 0n ? at : undefined);
    }
    return builder.build();
  });
