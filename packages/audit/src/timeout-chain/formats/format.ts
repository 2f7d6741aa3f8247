import type { ConfigFile, Reading } from '../hop.ts';
import type { Grammars } from '../trees/grammar.ts';

export interface FormatContext {
  readonly grammars: Grammars;
  /** Files that an include or a pattern names, as seen from a file; those among the arguments or on disk. */
  find(pattern: string, from: string): readonly ConfigFile[];
}

export interface Format {
  readonly id: string;
  /** For lists: what people call it. */
  readonly title: string;
  /** By name and beginning; the first format that says yes reads the file. */
  sniff(file: ConfigFile): boolean;
  /** Never throws on bad input: a problem says what and where. */
  read(file: ConfigFile, context: FormatContext): Reading;
}
