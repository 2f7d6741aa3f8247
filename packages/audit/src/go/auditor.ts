import type { Auditor, FileReport, Hazard, OpenAuditor, Place, Problem, SourceFile } from '../hazard.ts';
import { Folder } from './folder.ts';
import { concernsRequests, openLibraries } from './libraries/index.ts';
import { LineTable } from './lines.ts';
import { Silences } from './nolint.ts';
import { GO_RULES } from './rules/index.ts';
import type { Finding, GoRule, Span } from './rules/rule.ts';
import { FileScene } from './scene.ts';
import type { SourceTree } from './syntax/ast.ts';
import { parseGo } from './syntax/parse-declarations.ts';
import { addFile, createPackage, type FileScope, type GoPackage } from './types/package.ts';

/**
 * Files above are not read, in UTF-16 units: the tree takes some 40 times the text's size. The largest file by hand in the projects
 * looked at is 400 kB; what is larger is generated.
 */
const MAX_TEXT = 6_000_000;

/** Go's own mark: https://go.dev/s/generatedcode. Nobody mends generated code by hand, so hazards in it are not told. */
const GENERATED = /^\/\/ Code generated .* DO NOT EDIT\.$/m;

/** The mark stands above the package clause; this much of the file is searched. */
const GENERATED_HEAD = 4_096;

interface Source {
  readonly file: string;
  readonly text: string;
  readonly tree: SourceTree;
  readonly lines: LineTable;
  readonly generated: boolean;
}

interface Draft {
  readonly hazards: Hazard[];
  readonly problems: Problem[];
}

/** Opens the auditor of Go source. It needs no Go toolchain: see docs/audit/go/accuracy.md for what it takes types from. */
export const openGoAuditor: OpenAuditor = async () => {
  const libraries = openLibraries();
  const auditFolder = (files: readonly SourceFile[]): readonly FileReport[] => auditTogether(files, libraries);
  const auditor: Auditor = {
    id: 'go',
    rules: GO_RULES.map((rule) => rule.info),
    handles: (file) => file.endsWith('.go'),
    audit: (file, text) => auditFolder([{ file, text }])[0] ?? { hazards: [], problems: [] },
    auditFolder,
  };
  return auditor;
};

function auditTogether(files: readonly SourceFile[], libraries: ReadonlyMap<string, GoPackage>): readonly FileReport[] {
  const drafts = files.map((): Draft => ({ hazards: [], problems: [] }));
  const packages = new Map<string, Member[]>();
  files.forEach((file, index) => {
    const draft = drafts[index];
    const source = draft === undefined ? undefined : readSource(file, draft);
    if (draft === undefined || source === undefined) return;
    const members = packages.get(source.tree.packageName) ?? [];
    packages.set(source.tree.packageName, [...members, { source, draft }]);
  });
  for (const members of packages.values()) auditPackage(members, libraries);
  return drafts;
}

function readSource({ file, text }: SourceFile, draft: Draft): Source | undefined {
  const generated = GENERATED.test(text.slice(0, GENERATED_HEAD));
  if (text.length > MAX_TEXT) {
    if (!generated) {
      const size = `${(text.length / 1_000_000).toFixed(0)} MB`;
      draft.problems.push({
        file,
        message: `not audited: ${size} of source in one file, of which at most 6 MB are read`,
      });
    }
    return undefined;
  }
  return guarded(file, draft, () => {
    const lines = new LineTable(text);
    const tree = parseGo(text);
    for (const { pos, message } of tree.problems) {
      draft.problems.push({ file, line: lines.line(pos), column: lines.column(pos), message });
    }
    return { file, text, tree, lines, generated };
  });
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

interface Member {
  readonly source: Source;
  readonly draft: Draft;
}

function auditPackage(members: readonly Member[], libraries: ReadonlyMap<string, GoPackage>): void {
  const imports = members.flatMap(({ source }) => source.tree.imports);
  const first = members[0];
  if (first === undefined || !imports.some((each) => concernsRequests(each.path))) return;
  const pkg = createPackage('.', first.source.tree.packageName);
  for (const { source } of members) addFile(pkg, source.tree);
  const folder = guarded(first.source.file, first.draft, () => new Folder(pkg, libraries));
  if (folder === undefined) return;
  const scenes = new Map<FileScope, FileScene>();
  folder.bound.forEach((bound, index) => {
    const member = members[index];
    if (member !== undefined) scenes.set(bound.file, new FileScene(folder, bound, member.source, scenes));
  });
  [...scenes.values()].forEach((scene, index) => {
    const member = members[index];
    if (member !== undefined && !member.source.generated) auditFile(scene, member);
  });
}

function auditFile(scene: FileScene, { source, draft }: Member): void {
  const silences = new Silences(source.tree, source.text, source.lines);
  for (const rule of GO_RULES) {
    if (scene.isTest && !rule.inTests) continue;
    guarded(source.file, draft, () => rule.check(scene));
    for (const finding of scene.takeFindings()) {
      const hazard = toHazard(rule, finding, source);
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
