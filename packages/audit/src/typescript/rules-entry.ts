/** The rules without a parser of their own: for ESLint, which brings a tree. Nothing here needs Node or a native module. */
export { mergeGroups } from '../report/merge-groups.ts';
export { findHazards, rulesFor } from './find-hazards.ts';
export { indexTree } from './index-tree.ts';
export type { Rule } from './rule.ts';
export { RULES } from './rules/index.ts';
export type { Node, TypeOrigins, VisitorKeys } from './tree.ts';
