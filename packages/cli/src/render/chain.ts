import type { VerdictJson } from '@holdup/model';
import { formatMs } from './format.ts';
import { type Line, type Style, wrapBehind } from './style.ts';

type Link = VerdictJson['verdict']['chain'][number];

/** Frames of a stack shown under a link: the innermost say what ran, one more says who asked for it. */
const MOST_FRAMES = 3;
/** Share of the width that indentation may take; deeper links stand below each other. */
const MOST_INDENT_SHARE = 0.4;
const STEP = 3;

/** The blame chain as a tree that goes one step deeper with each link. */
export function renderChain(json: VerdictJson, style: Style): Line[] {
  const mostIndent = Math.floor((style.width * MOST_INDENT_SHARE) / STEP) * STEP;
  return json.verdict.chain.flatMap((link, depth) => {
    const indent = 2 + Math.min(depth * STEP, mostIndent);
    const prefix = { text: `${' '.repeat(indent)}${style.glyphs.branch} `, paint: style.colors.dim };
    const stack = (link.stack ?? []).slice(0, MOST_FRAMES).flatMap((frame) => {
      const at = { text: `${' '.repeat(indent + STEP)}at `, paint: style.colors.dim };
      return wrapBehind(at, style.clean(frame), style, style.colors.dim);
    });
    return [...wrapBehind(prefix, describeLink(link, style), style), ...stack];
  });
}

function describeLink(link: Link, style: Style): string {
  const doing = link.doing ? style.clean(link.doing) : '';
  const resource = link.resource ? style.clean(link.resource) : '';
  const route = link.route ? style.clean(link.route) : '';
  const time = formatMs(link.ms);
  const withDoing = (text: string) => (doing ? `${text}: ${doing}` : text);
  switch (link.kind) {
    case 'wait':
      return withDoing(`waited ${time}${resource ? ` for ${resource}` : ''}`);
    case 'holder':
      return withDoing(`${route || 'somebody unknown'} held ${resource || 'it'} for ${time}`);
    case 'leak':
      return withDoing(
        `${route || 'somebody unknown'} ended without giving ${resource || 'it'} back, ${time} of the wait`,
      );
    case 'cycle':
      return withDoing(
        `a knot: ${route || 'the holder'} waits in turn for ${resource || 'what the others hold'}, ${time}`,
      );
    case 'work':
      return `${route ? `${route} ` : ''}worked for ${time}${doing ? `: ${doing}` : ''}`;
    case 'outside':
      return withDoing(`${resource || route || 'outside'} took ${time}`);
  }
}
