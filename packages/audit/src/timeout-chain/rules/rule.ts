import type { Hazard, RuleInfo } from '../../hazard.ts';
import type { Ordering } from '../chain.ts';
import type { Hop } from '../hop.ts';

export interface ChainView extends Ordering {
  readonly hops: readonly Hop[];
}

/** Pure: the same hops and order give the same hazards. */
export interface ChainRule extends RuleInfo {
  check(view: ChainView): readonly Hazard[];
}
