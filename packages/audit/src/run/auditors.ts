import { isGoFile, isScriptFile } from '../files/kinds.ts';
import type { Auditor, OpenAuditor } from '../hazard.ts';

interface Language {
  /** What its auditor says of a file, without loading it. */
  readonly handles: (file: string) => boolean;
  readonly open: OpenAuditor;
}

/** One entry per language; a process loads those it meets. */
const LANGUAGES: readonly Language[] = [
  { handles: isGoFile, open: async () => (await import('../go/auditor.ts')).openGoAuditor() },
  { handles: isScriptFile, open: async () => (await import('../typescript/open.ts')).openTypeScriptAuditor() },
];

export function isAudited(file: string): boolean {
  return LANGUAGES.some(({ handles }) => handles(file));
}

export function openAuditors(): Promise<readonly Auditor[]> {
  return Promise.all(LANGUAGES.map(({ open }) => open()));
}

/** Auditors of the languages asked for so far. */
export class AuditorShelf {
  readonly #opened = new Map<Language, Promise<Auditor>>();

  openFor(files: readonly string[]): Promise<readonly Auditor[]> {
    for (const language of LANGUAGES) {
      if (!this.#opened.has(language) && files.some(language.handles)) this.#opened.set(language, language.open());
    }
    return Promise.all(this.#opened.values());
  }
}
