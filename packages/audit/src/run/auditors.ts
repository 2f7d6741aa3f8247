import { openGoAuditor } from '../go/auditor.ts';
import type { Auditor, OpenAuditor } from '../hazard.ts';
import { openTypeScriptAuditor } from '../typescript/open.ts';

/** One line per language. */
const OPEN: readonly OpenAuditor[] = [openGoAuditor, openTypeScriptAuditor];

export function openAuditors(): Promise<readonly Auditor[]> {
  return Promise.all(OPEN.map((open) => open()));
}
