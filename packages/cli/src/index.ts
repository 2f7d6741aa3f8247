export { type RenderOptions, terminalOptions } from './render/style.ts';
export { renderVerdict } from './render/verdict.ts';
