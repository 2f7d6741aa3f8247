/** Where in a file, lines and columns from 1 as editors count, columns in UTF-16 units; the end is exclusive. */
export interface Place {
  /** As it was given or found: relative to the working directory, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export type Severity = 'error' | 'warning' | 'note';

/** A replacement of text, offsets in UTF-16 units from the file's start. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Something in source or configuration that can hold a request up, or keep it from being stopped. */
export interface Hazard {
  /** `go/no-context`, `js/unbounded-request`, `chain/outer-shorter`: group and name. Its page: `docs/audit/<rule>.md`. */
  readonly rule: string;
  readonly severity: Severity;
  /** One sentence: what is wrong here and what it does to a request. */
  readonly message: string;
  /** What to write instead, short. */
  readonly help: string;
  readonly place: Place;
  readonly related?: readonly { readonly place: Place; readonly message: string }[];
  /** Absent where no change is safe. `automatic`: may be applied unseen; else a suggestion. */
  readonly fix?: { readonly title: string; readonly automatic: boolean; readonly edits: readonly Edit[] };
  /** Absent: it stands for itself. Hazards of a group, which may lie in several files, are told as one: see merge-groups.ts. */
  readonly group?: Group;
}

/** One source of many hazards: a pool without a limit, and the queries behind it. */
export interface Group {
  readonly key: string;
  /** How many there are in this file; 0: this is the source, and others may have what comes of it. */
  readonly count: number;
  /** The hazard's place is the source's own. */
  readonly isSource: boolean;
  /** What is counted: `query`, `queries`. */
  readonly nouns: readonly [one: string, many: string];
}

/** What could not be read or understood. The rest of the audit goes on. */
export interface Problem {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

export interface RuleInfo {
  /** As in {@link Hazard.rule}. */
  readonly id: string;
  readonly severity: Severity;
  /** One line for lists. */
  readonly title: string;
}

export interface FileReport {
  readonly hazards: readonly Hazard[];
  readonly problems: readonly Problem[];
  /** Hazards left out because a comment in the file says so, with its reason. */
  readonly suppressed?: number;
}

export interface SourceFile {
  readonly file: string;
  readonly text: string;
  /** Where it lies, absolute. */
  readonly path?: string;
}

/** Finds hazards in source files of one language; pure but for what it loads as it is opened. */
export interface Auditor {
  readonly id: 'go' | 'typescript';
  readonly rules: readonly RuleInfo[];
  /** By the file's name only. */
  handles(file: string): boolean;
  /**
   * Never throws: a file that cannot be parsed is a problem with line and column.
   * @param path Where the file lies, absolute: what it imports from others of its project is looked up there. Without it, it stands alone.
   */
  audit(file: string, text: string, path?: string): FileReport;
  /**
   * Where it is there, the files of one folder belong in one call: a Go package's types and functions are spread over them.
   * One report per file, in the order given. Never throws.
   */
  auditFolder?(files: readonly SourceFile[]): readonly FileReport[];
}

/** Loads what an auditor needs (a grammar, a parser). Once per thread. */
export type OpenAuditor = () => Promise<Auditor>;
