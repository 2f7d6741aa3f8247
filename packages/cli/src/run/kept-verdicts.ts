import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VerdictJson } from '@holdup/model';

/** Files of one run: as many verdicts as a person looks at, a few kilobytes each. */
const MOST_KEPT = 50;

/** Verdicts a person was told in full, a file each, for `holdup flame`. They stay after the run, in the system's folder for such. */
export class KeptVerdicts {
  #folder: string | undefined;
  #count = 0;

  /** @returns its file; undefined: there are enough, or it cannot be written. */
  readonly keep = (verdict: VerdictJson): string | undefined => {
    if (this.#count >= MOST_KEPT) return undefined;
    try {
      // 0700: verdicts name routes, hosts and statements.
      this.#folder ??= mkdtempSync(join(tmpdir(), 'holdup-verdicts-'));
      const file = join(this.#folder, `${this.#count + 1}.json`);
      writeFileSync(file, `${JSON.stringify(verdict, null, 2)}\n`, { mode: 0o600 });
      this.#count += 1;
      return file;
    } catch {
      // The verdict itself was told: a full disk costs the picture only.
      return undefined;
    }
  };
}
