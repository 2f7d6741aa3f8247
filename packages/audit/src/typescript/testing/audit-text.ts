import { mergeGroups } from '../../report/merge-groups.ts';
import { openTypeScriptAuditor } from '../open.ts';

/** `rule@line` of everything found in a text. */
export async function auditText(text: string, file = 'app.ts'): Promise<string[]> {
  const { hazards, problems } = (await openTypeScriptAuditor()).audit(file, text);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return mergeGroups(hazards).map(({ rule, place }) => `${rule.replace('js/', '')}@${place.line}`);
}
