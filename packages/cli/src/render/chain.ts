import type { VerdictJson } from '@holdup/model';
import { formatMs } from './format.ts';
import { type Line, type Style, wrapBehind } from './style.ts';
import { cut } from './text.ts';

type Link = VerdictJson['verdict']['chain'][number];

/** Frames of a stack shown under a link: the innermost say what ran, one more says who asked for it. */
const MOST_FRAMES = 3;
/** Share of the width that indentation may take; deeper links stand below each other. */
const MOST_INDENT_SHARE = 0.4;
const STEP = 3;

/** Columns of one name: a statement can be pages long. */
const MOST_NAME_COLUMNS = 160;

/** The blame chain as a tree, one step deeper with each link; what follows a link that ends the blame stands beside it. */
export function renderChain(json: VerdictJson, style: Style): Line[] {
  const mostIndent = Math.floor((style.width * MOST_INDENT_SHARE) / STEP) * STEP;
  let depth = 0;
  return json.verdict.chain.flatMap((link) => {
    const indent = 2 + Math.min(depth * STEP, mostIndent);
    const prefix = { text: `${' '.repeat(indent)}${style.glyphs.branch} `, paint: style.colors.dim };
    const stack = (link.stack ?? []).slice(0, MOST_FRAMES).flatMap((frame) => {
      const at = { text: `${' '.repeat(indent + STEP)}at `, paint: style.colors.dim };
      return wrapBehind(at, style.clean(frame), style, style.colors.dim);
    });
    if (link.kind === 'wait' || link.kind === 'holder') depth += 1;
    return [...wrapBehind(prefix, describeLink(link, style), style), ...stack];
  });
}

function describeLink(link: Link, style: Style): string {
  const name = (text: string | undefined, absent: string) =>
    cut(style.clean(text ?? ''), MOST_NAME_COLUMNS, style.glyphs.ellipsis) || absent;
  const doing = name(link.doing, '');
  const text = describeStep(link, name);
  return doing ? `${text}: ${doing}` : text;
}

function describeStep(link: Link, name: (text: string | undefined, absent: string) => string): string {
  const time = formatMs(link.ms);
  const holder = name(link.route, 'somebody unknown');
  switch (link.kind) {
    case 'wait':
      return `waited ${time} for ${name(link.resource, 'something without a name')}`;
    case 'holder':
      return `${holder} held ${name(link.resource, 'it')} for ${time}`;
    case 'leak':
      return `${holder} never gave ${name(link.resource, 'it')} back, ${time} of the wait`;
    case 'cycle':
      return `a knot at ${name(link.route, 'this request')}, ${time}`;
    case 'work':
      return link.route === undefined ? `${time} of work` : `${holder} worked for ${time}`;
    case 'outside':
      return `${name(link.resource ?? link.route, 'outside this process')}, ${time}`;
  }
}
