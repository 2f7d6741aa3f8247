import { appendFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VerdictJson } from '@holdup/model';

/** Files of one run: as many verdicts as a person looks at, a few kilobytes each. */
const MOST_KEPT = 50;

/** Verdicts a person was told in full, a file each, for `holdup flame`. They stay after the run, in the system's folder for such. */
export class KeptVerdicts {
  #folder: string | undefined;
  #count = 0;

  /**
   * @param file One that is there: the verdict is added to it.
   * @returns its file; undefined: there are enough, or it cannot be written.
   */
  readonly keep = (verdict: VerdictJson, file?: string): string | undefined => {
    if (file === undefined && this.#count >= MOST_KEPT) return undefined;
    try {
      const path = file ?? join(this.#open(), `${this.#count + 1}.ndjson`);
      appendFileSync(path, `${JSON.stringify(verdict)}\n`, { mode: 0o600 });
      if (file === undefined) this.#count += 1;
      return path;
    } catch {
      // The verdict itself was told: a full disk costs the picture only.
      return undefined;
    }
  };

  /** 0700: verdicts name routes, hosts and statements. */
  #open(): string {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'holdup-verdicts-'));
    return this.#folder;
  }
}
