import type { Hazard, Problem } from '../hazard.ts';
import { type Link, orderHops } from './chain.ts';
import { likeness } from './endpoint.ts';
import { Environment } from './environment.ts';
import type { FormatContext } from './formats/format.ts';
import { formatOf } from './formats/index.ts';
import { type ConfigFile, type Hop, NOTHING_READ, type NotUnderstood, type Overlay, type Reading } from './hop.ts';
import { joinCommon } from './join-common.ts';
import { mergeLive } from './live/merge.ts';
import { checkChain } from './rules/index.ts';
import { applySessions } from './sessions.ts';
import { openGrammars } from './trees/grammar.ts';

export interface ChainInput {
  /** In the order of the arguments. */
  readonly files: readonly ConfigFile[];
  /** False: the files come from a folder, so their order says nothing. */
  readonly ordered: boolean;
  /** What an include or a glob names, as seen from a file, beyond `files`. */
  readonly find?: (pattern: string, from: string) => readonly ConfigFile[];
  /** A module that a program imports, beyond `files`. */
  readonly open?: (file: string) => ConfigFile | undefined;
}

export interface ChainReport {
  readonly hops: readonly Hop[];
  readonly links: readonly Link[];
  /** The outermost hop first. */
  readonly chains: readonly (readonly Hop[])[];
  readonly hazards: readonly Hazard[];
  readonly problems: readonly Problem[];
  readonly notUnderstood: readonly NotUnderstood[];
  /** What was assumed, for people. */
  readonly notes: readonly string[];
  /** Files a format was found for. */
  readonly read: number;
}

/** Files of one run; more are a whole disk, not a chain. */
const MOST_CHARACTERS = 4_000_000;

/**
 * Reads the timeouts of a chain of hops from their own configurations, puts the hops in order and says what does not fit.
 * Never throws on bad input: a file that cannot be read is a problem with its place, the rest goes on.
 */
export async function auditChain({ files, ordered, find = () => [], open }: ChainInput): Promise<ChainReport> {
  // The grammars take a tenth of a second to load.
  const grammars = files.some((file) => formatOf(file)?.needsGrammars) ? await openGrammars() : undefined;
  const included = new Set<string>();
  let environment = new Environment([]);
  const usedVariables = new Set<string>();
  const byPath = new Map(files.map((file) => [file.file, file]));
  const used = new Set<string>();
  const imported = new Map<string, ConfigFile | undefined>();
  const mentioned = new Map<string, readonly ConfigFile[]>();
  const context: FormatContext = {
    grammars,
    file(path) {
      const given = byPath.get(path);
      if (given) used.add(path);
      if (given || !open) return given;
      if (!imported.has(path)) imported.set(path, open(path));
      return imported.get(path);
    },
    mentioning(text) {
      const found = mentioned.get(text) ?? files.filter((file) => file.text.includes(text));
      mentioned.set(text, found);
      return found;
    },
    variable(name, file) {
      usedVariables.add(name);
      return environment.find(name, file);
    },
    find(pattern, from) {
      const given = files.filter(({ file }) => file !== from && matchesInclude(pattern, from, file));
      const found = given.length > 0 ? given : find(pattern, from);
      for (const { file } of found) included.add(file);
      return found;
    },
  };
  const deployments = files.map((file) => (formatOf(file)?.isSource ? undefined : readOne(file, context)));
  environment = new Environment(deployments.flatMap((reading) => reading?.variables ?? []));
  const readings = files.map((file, index) => ({ file, reading: deployments[index] ?? readOne(file, context) }));
  // A file that another includes was read where it is included. Terraform looks at its neighbours for their variables only.
  const kept = readings.filter(
    ({ file, reading }) =>
      reading !== undefined && !(included.has(file.file) && /(?:nginx|caddy)/.test(formatOf(file)?.id ?? '')),
  );
  const unknown = readings
    .filter(({ file, reading }) => reading === undefined && !used.has(file.file))
    .map(({ file: { file } }): Problem => ({ file, message: 'no format that is known: not read' }));
  const all = kept.map(({ reading }) => reading ?? NOTHING_READ);
  const read = joinCommon(
    applyOverlays(
      all.flatMap((reading) => reading.hops),
      all.flatMap(({ overlays }) => overlays),
    ),
  );
  const sessions = applySessions(
    read.hops,
    all.flatMap((reading) => reading.sessions ?? []),
  );
  const { hops, notes } = mergeLive(sessions.hops);
  const ordering = orderHops({ hops, aliases: all.flatMap(({ aliases }) => aliases), ordered });
  return {
    hops,
    ...ordering,
    notes: [
      ...ordering.notes,
      ...read.notes,
      ...sessions.notes,
      ...notes,
      ...all.flatMap((reading) => reading.notes ?? []),
    ],
    hazards: checkChain({ hops, ...ordering }),
    problems: onceForEachChart([...unknown, ...all.flatMap(({ problems }) => problems)]),
    notUnderstood: all
      .flatMap(({ notUnderstood }) => notUnderstood)
      .filter(({ variable }) => variable === undefined || !usedVariables.has(variable)),
    read: kept.length,
  };
}

/** A chart of thirty templates is one thing to do, not thirty. */
function onceForEachChart(problems: readonly Problem[]): Problem[] {
  const files = new Map<string, Set<string>>();
  for (const { message, file } of problems) files.set(message, (files.get(message) ?? new Set()).add(file));
  const said = new Set<string>();
  return problems.flatMap((problem) => {
    const { message } = problem;
    if (!message.startsWith('a Helm template')) return [problem];
    if (said.has(message)) return [];
    said.add(message);
    const more = (files.get(message)?.size ?? 1) - 1;
    return [
      more === 0
        ? problem
        : { ...problem, message: `${message} (${more} more ${more === 1 ? 'file' : 'files'} of it alike)` },
    ];
  });
}

function readOne(file: ConfigFile, context: FormatContext): Reading | undefined {
  if (file.text.length > MOST_CHARACTERS)
    return { ...NOTHING_READ, problems: [{ file: file.file, message: 'larger than 4 million characters: not read' }] };
  if (file.text.includes('\0'))
    return { ...NOTHING_READ, problems: [{ file: file.file, message: 'not a text file: not read' }] };
  return formatOf(file)?.read(file, context);
}

/** `/etc/nginx/conf.d/*.conf` means the given `nginx/conf.d/app.conf`: the end of the path decides, folders above may differ. */
function matchesInclude(pattern: string, from: string, file: string): boolean {
  const parts = pattern.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
  const path = file.split('/');
  if (pattern === '*.tf')
    return path.slice(0, -1).join('/') === from.split('/').slice(0, -1).join('/') && file.endsWith('.tf');
  // The file's name and its folder, where the pattern names one that is not the configuration's root.
  const wanted = parts
    .slice(-2)
    .filter((part, index, kept) => index === kept.length - 1 || !/^(?:nginx|etc|caddy)$/.test(part));
  const tail = path.slice(-wanted.length);
  return tail.length === wanted.length && wanted.every((part, index) => matchesGlob(part, tail[index] ?? ''));
}

export function matchesGlob(glob: string, name: string): boolean {
  const pieces = glob.split('*');
  const [first = ''] = pieces;
  if (pieces.length === 1) return glob === name;
  const last = pieces.at(-1) ?? '';
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return at <= name.length - last.length;
}

/** A DestinationRule's settings on the routes that lead to its host; without such a route it stands for itself. */
function applyOverlays(hops: readonly Hop[], overlays: readonly Overlay[]): Hop[] {
  const used = new Set<Overlay>();
  const applied = hops.map((hop) => {
    const mine = overlays.filter(
      ({ host, format }) =>
        format === hop.format &&
        hop.upstreams.some(
          (upstream) => upstream.host !== undefined && likeness({ host: upstream.host }, { host }) > 0,
        ),
    );
    for (const overlay of mine) used.add(overlay);
    const set = mine.flatMap(({ timeouts }) => timeouts);
    return set.length === 0
      ? hop
      : {
          ...hop,
          timeouts: [...hop.timeouts.filter((timeout) => !set.some(({ kind }) => kind === timeout.kind)), ...set],
        };
  });
  return [...applied, ...overlays.filter((overlay) => !used.has(overlay)).map(({ hop }) => hop)];
}
