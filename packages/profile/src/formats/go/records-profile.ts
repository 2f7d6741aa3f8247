import { ProfileBuilder, type ProfileHeader } from '../../build/profile-builder.ts';
import { broken } from '../../errors.ts';
import type { Profile } from '../../profile.ts';
import type { Line } from '../../text.ts';
import { readRecords } from './stack-lines.ts';

/** Makes a profile of Go's text records. @param scale From the values of a record, as many as there must be. */
export function profileOfRecords(
  lines: Iterable<Line>,
  format: string,
  header: ProfileHeader,
  scale: (values: readonly bigint[]) => readonly bigint[] | undefined,
): Profile {
  const builder = new ProfileBuilder(header);
  for (const record of readRecords(lines, format)) {
    const values = scale(record.values);
    if (!values) throw broken(format, `line ${record.line}`, `${record.values.length} numbers before the @`);
    let stack = -1;
    for (const facts of record.frames.toReversed()) stack = builder.stack(stack, builder.frame(facts));
    builder.sample(stack, values, record.labels);
  }
  return builder.build();
}
