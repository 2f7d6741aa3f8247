import type { RuleInfo } from '../../hazard.ts';

/** Found by the reader of a format, which alone knows what its program makes of a value. */
export const VALUE_IGNORED: RuleInfo = {
  id: 'chain/value-ignored',
  severity: 'warning',
  title: 'a value the program does not take: its default applies instead',
};
