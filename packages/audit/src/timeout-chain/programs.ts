import type { Links } from './chain.ts';
import type { Hop } from './hop.ts';

/** A server calls the clients and pools of its own program: those in its file, else those nearest in the folder tree. */
export function linkPrograms(hops: readonly Hop[], ordered: boolean, links: Links, notes: string[]): void {
  const servers = hops.filter(({ role, language }) => role === 'server' && language !== undefined);
  const firstInside = hops.findIndex(({ role }) => role !== 'client');
  for (const [index, hop] of hops.entries()) {
    if (hop.role !== 'client' && hop.role !== 'pool') continue;
    const mine = servers.filter(({ language }) => language === hop.language);
    const exact = mine.filter((server) => isIn(server, hop.place.file));
    const sameFile = exact.length > 0 ? exact : mine.filter((server) => endsAs(server, hop.place.file));
    // Given first and apart from any server, or calling what leads there: a caller from outside.
    const first =
      ordered && index < firstInside && !mine.some(({ place }) => folderOf(place.file) === folderOf(hop.place.file));
    if (hop.role === 'client' && sameFile.length === 0 && (first || mine.some((server) => links.reaches(hop, server))))
      continue;
    const near = sameFile.length > 0 ? sameFile : nearest(hop, mine);
    if (near.length > 1 && sameFile.length === 0)
      notes.push(
        `${hop.name} (${hop.place.file}) may belong to any of ${near.map(({ name, place }) => `${name} (${place.file})`).join(', ')}: checked with each`,
      );
    for (const server of near) links.add(server, hop, 'program');
  }
}

function nearest(hop: Hop, servers: readonly Hop[]): Hop[] {
  const closeness = (server: Hop) => sharedFolders(server.place.file, hop.place.file);
  const most = Math.max(0, ...servers.map(closeness));
  return servers.filter((server) => closeness(server) === most);
}

/** A function's program is a file of its own, named in its template. */
function isIn({ place, entry }: Hop, file: string): boolean {
  return entry === undefined ? place.file === file : file.replace(/\.[cm]?[jt]sx?$/, '') === entry;
}

/** Where a template does not say in which folder a function's program lies, its name has to do. */
function endsAs({ entry }: Hop, file: string): boolean {
  return entry !== undefined && !entry.includes('/') && file.replace(/\.[cm]?[jt]sx?$/, '').endsWith(`/${entry}`);
}

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/') + 1);
}

function sharedFolders(one: string, other: string): number {
  const a = one.split('/').slice(0, -1);
  const b = other.split('/').slice(0, -1);
  let shared = 0;
  while (shared < a.length && shared < b.length && a[shared] === b[shared]) shared += 1;
  return shared;
}
