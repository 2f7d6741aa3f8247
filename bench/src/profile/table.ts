import { formatTable } from '../table.ts';
import type { VariantProfile } from './run.ts';

/** Per Node version: where the time goes, variants side by side; then each variant's own functions. */
export function formatProfiles(profiles: readonly VariantProfile[]): string {
  const subjectOf = ({ node, workload }: VariantProfile) => `${node} ${workload}`;
  const subjects = [...new Set(profiles.map(subjectOf))];
  return subjects
    .flatMap((subject) =>
      formatSubject(
        subject,
        profiles.filter((profile) => subjectOf(profile) === subject),
      ),
    )
    .join('\n');
}

function formatSubject(subject: string, profiles: readonly VariantProfile[]): string[] {
  const names = [...new Set(profiles.flatMap(({ places }) => places.map(({ name }) => name)))];
  const rows = names.map((name) => [name, ...profiles.map(({ places }) => format(places, name))]);
  const sum = ['all', ...profiles.map(({ usPerRequest }) => usPerRequest.toFixed(1))];
  return [
    `Node ${subject}: µs per request on the main thread, by whose code`,
    ...formatTable([['', ...profiles.map(({ variant }) => variant)], ...rows, sum]),
    ...profiles
      .filter(({ functions }) => functions.length > 0)
      .flatMap(({ variant, functions }) => [
        '',
        `${variant}'s own functions, µs per request`,
        ...functions.map(({ name, usPerRequest }) => `${usPerRequest.toFixed(2).padStart(7)}  ${name}`),
      ]),
    '',
  ];
}

function format(places: VariantProfile['places'], wanted: string): string {
  return places.find(({ name }) => name === wanted)?.usPerRequest.toFixed(1) ?? '0.0';
}
