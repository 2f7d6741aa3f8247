import { isGoFile } from '../files/kinds.ts';
import type { Auditor, FileReport, Hazard, OpenAuditor, Place, Problem, SourceFile } from '../hazard.ts';
import { Folder } from './folder.ts';
import { openLibraries } from './libraries/index.ts';
import { openReach } from './libraries/reach.ts';
import { Silences } from './nolint.ts';
import { GO_RULES } from './rules/index.ts';
import type { Finding, GoRule, Span } from './rules/rule.ts';
import { FileScene } from './scene.ts';
import { checkSource, concerns, isTooLarge, readSource, type Source } from './source.ts';
import { parseHeader } from './syntax/parse-declarations.ts';
import { addFile, createPackage, type FileScope, type GoPackage } from './types/package.ts';

interface Draft {
  readonly hazards: Hazard[];
  readonly problems: Problem[];
}

/** A file, and what is told of it so far. */
interface Entry {
  readonly file: SourceFile;
  readonly draft: Draft;
}

/** A file of a package whose code is looked at. */
interface Member {
  readonly source: Source;
  readonly draft: Draft;
}

interface Knowledge {
  readonly libraries: ReadonlyMap<string, GoPackage>;
  readonly reach: (imports: ReadonlySet<string>) => ReadonlySet<string>;
}

/** Opens the auditor of Go source. It needs no Go toolchain: see docs/audit/go/accuracy.md for what it takes types from. */
export const openGoAuditor: OpenAuditor = async () => {
  const libraries = openLibraries();
  const knowledge = { libraries, reach: openReach(libraries) };
  const auditFolder = (files: readonly SourceFile[]): readonly FileReport[] => auditTogether(files, knowledge);
  const auditor: Auditor = {
    id: 'go',
    rules: GO_RULES.map((rule) => rule.info),
    handles: isGoFile,
    audit: (file, text) => auditFolder([{ file, text }])[0] ?? { hazards: [], problems: [] },
    auditFolder,
  };
  return auditor;
};

/** Package by package. Where no file imports what a rule is about, files are only checked, which keeps no tree and costs half. */
function auditTogether(files: readonly SourceFile[], knowledge: Knowledge): readonly FileReport[] {
  const entries = files.map((file): Entry => ({ file, draft: { hazards: [], problems: [] } }));
  const packages = new Map<string, { readonly entries: Entry[]; concerned: boolean }>();
  for (const entry of entries) {
    const { file, draft } = entry;
    if (isTooLarge(file, draft.problems)) continue;
    const header = guarded(file.file, draft, () => parseHeader(file.text));
    if (header === undefined) continue;
    const pkg = packages.get(header.packageName) ?? { entries: [], concerned: false };
    packages.set(header.packageName, pkg);
    pkg.entries.push(entry);
    pkg.concerned ||= concerns(header);
  }
  for (const pkg of packages.values()) {
    if (pkg.concerned || pkg.entries.some(isConcernedAfterAll)) auditPackage(pkg.entries, knowledge);
  }
  return entries.map(({ draft }) => draft);
}

function isConcernedAfterAll({ file, draft }: Entry): boolean {
  return guarded(file.file, draft, () => checkSource(file, draft.problems)) ?? false;
}

/** A defect of a rule must not end the audit; it is told as a problem of the file it struck. */
function guarded<T>(file: string, draft: Draft, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    draft.problems.push({ file, message: `could not be audited to the end: ${reason}` });
    return undefined;
  }
}

function auditPackage(entries: readonly Entry[], { libraries, reach }: Knowledge): void {
  const members = entries.flatMap(({ file, draft }): Member[] => {
    // What a check before this one told is told again.
    draft.problems.length = 0;
    const source = guarded(file.file, draft, () => readSource(file, draft.problems));
    return source === undefined ? [] : [{ source, draft }];
  });
  const [first] = members;
  if (first === undefined) return;
  const pkg = createPackage('.', first.source.tree.packageName);
  for (const { source } of members) addFile(pkg, source.tree);
  const folder = guarded(first.source.file, first.draft, () => new Folder(pkg, libraries));
  if (folder === undefined) return;
  const scenes = new Map<FileScope, FileScene>();
  folder.bound.forEach((bound, index) => {
    const member = members[index];
    if (member !== undefined) scenes.set(bound.file, new FileScene(folder, bound, member.source, scenes));
  });
  const reached = reach(new Set(members.flatMap(({ source }) => source.tree.imports.map(({ path }) => path))));
  const rules = GO_RULES.filter(({ about }) => about.some((path) => reached.has(path)));
  [...scenes.values()].forEach((scene, index) => {
    const member = members[index];
    if (member !== undefined && !member.source.generated) auditFile(scene, member, rules);
  });
}

function auditFile(scene: FileScene, { source, draft }: Member, rules: readonly GoRule[]): void {
  let silences: Silences | undefined;
  for (const rule of rules) {
    if (scene.isTest && !rule.inTests) continue;
    guarded(source.file, draft, () => rule.check(scene));
    for (const finding of scene.takeFindings()) {
      const hazard = toHazard(rule, finding, source);
      silences ??= new Silences(source.tree, source.text, source.lines);
      if (!silences.covers(hazard.place.line, rule.info.id, rule.alsoKnownAs)) draft.hazards.push(hazard);
    }
  }
  draft.hazards.sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
}

function toHazard(rule: GoRule, finding: Finding, source: Source): Hazard {
  const place = (span: Span): Place => {
    const { lines } = source;
    return {
      file: source.file,
      line: lines.line(span.pos),
      column: lines.column(span.pos),
      endLine: lines.line(span.end),
      endColumn: lines.column(span.end),
    };
  };
  const related = finding.related?.map(({ at, message }) => ({ place: place(at), message }));
  return {
    rule: rule.info.id,
    severity: finding.severity ?? rule.info.severity,
    message: finding.message,
    help: finding.help,
    place: place(finding.at),
    ...(related === undefined ? {} : { related }),
  };
}
