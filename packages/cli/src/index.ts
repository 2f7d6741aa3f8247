export { type RenderOptions, terminalOptions } from './render/style.ts';
export { wrap } from './render/text.ts';
export { renderFlameCommand, renderVerdict } from './render/verdict.ts';
export { KeptVerdicts } from './run/kept-verdicts.ts';
