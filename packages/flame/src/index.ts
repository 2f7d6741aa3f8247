export { NothingInCommonError, type PageFacts } from './page/compact.ts';
export { renderFlamePage } from './page/render-page.ts';
