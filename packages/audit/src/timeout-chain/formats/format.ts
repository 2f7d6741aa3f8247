import type { Known } from '../environment.ts';
import type { ConfigFile, Reading } from '../hop.ts';
import type { Grammars } from '../trees/grammar.ts';

export interface FormatContext {
  /** Present where a file of the run needs them. */
  readonly grammars: Grammars | undefined;
  /** Files that an include or a pattern names, as seen from a file; those among the arguments or on disk. */
  find(pattern: string, from: string): readonly ConfigFile[];
  /** One of the files by its exact path, or a module on disk that one of them imports. */
  file(path: string): ConfigFile | undefined;
  /** Those of the files that contain a text. */
  mentioning(text: string): readonly ConfigFile[];
  /** A variable of the environment, as far as the files say what programs are started with. */
  variable(name: string, file: string): Known | undefined;
}

export interface Format {
  readonly id: string;
  /** For lists: what people call it. */
  readonly title: string;
  /** It parses with a grammar that is loaded first. */
  readonly needsGrammars?: boolean;
  /** A program: read once it is known what programs are started with. */
  readonly isSource?: boolean;
  /** By name and beginning; the first format that says yes reads the file. */
  sniff(file: ConfigFile): boolean;
  /** Never throws on bad input: a problem says what and where. */
  read(file: ConfigFile, context: FormatContext): Reading;
}
