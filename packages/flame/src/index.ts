export { FlameError } from './errors.ts';
export type { FlameOptions } from './page/prepare.ts';
export { renderFlamePage } from './page/render-page.ts';
export { formatShare, formatValue } from './shared/units.ts';
export { changeOf, type TopRow, type TopTable, topFunctions } from './top/top-functions.ts';
export { verdictProfile } from './verdict/verdict-profile.ts';
