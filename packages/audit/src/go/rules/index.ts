import { lostCancel } from './lost-cancel.ts';
import { noContext } from './no-context.ts';
import type { GoRule } from './rule.ts';

export const GO_RULES: readonly GoRule[] = [noContext, lostCancel];
