export { auditChain, type ChainInput, type ChainReport } from './audit-chain.ts';
export { boundOf, shownTimeout } from './bounds.ts';
export { drawChainHtml } from './draw/html.ts';
export { drawChainSvg } from './draw/svg.ts';
export { showLimit } from './durations.ts';
export { type ConfigFile, type Hop, markOf, type Timeout } from './hop.ts';
export { loadChainFiles } from './load-files.ts';
export { checkPolicy, type Policy, parsePolicy } from './policy.ts';
export { chainJson, toAuditReport } from './report.ts';
