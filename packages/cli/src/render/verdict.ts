import type { VerdictJson } from '@holdup/model';
import { renderChain } from './chain.ts';
import { formatMs } from './format.ts';
import { renderLedger } from './ledger.ts';
import { placeOfPage } from './page.ts';
import { type Line, paintLines, type RenderOptions, type Style, styleOf, wrapBehind } from './style.ts';
import { cut } from './text.ts';

/** Evidence lines shown; the JSON has them all. */
const MOST_EVIDENCE = 6;
/** Lines for what could not be looked at. */
const MOST_UNKNOWN = 3;

/**
 * A verdict as a person reads it at 3 a.m.: what happened, why in one sentence, where the time went, whom to blame, how one knows,
 * what to do. No line is longer than `width`; control characters in names from traffic are removed.
 *
 * @example
 * process.stdout.write(`${renderVerdict(verdict, terminalOptions(process.stdout, process.env))}\n`);
 */
export function renderVerdict(json: VerdictJson, options: RenderOptions): string {
  const style = styleOf(options);
  const sections: Line[][] = [
    [...renderHeadline(json, style), ...renderSentence(json, style)],
    renderLedger(json, style),
    renderChain(json, style),
    [...renderEvidence(json, style), ...renderOthers(json, style)],
    renderFix(json, style),
  ];
  const lines = sections
    .filter((section) => section.length > 0)
    .flatMap((section, at) => (at > 1 ? [[], ...section] : section));
  return paintLines(lines, style);
}

/** How to look at it as a picture; never broken into lines, since it is to be copied. */
export function renderFlameCommand(file: string, options: RenderOptions): string {
  // Never cut: what is to be copied must be whole.
  const style = styleOf({ ...options, width: Number.MAX_SAFE_INTEGER });
  const quoted = /^[\w@%+=:,./\\-]+$/.test(file) ? file : `"${file}"`;
  return paintLines(
    [[{ text: '  draw: ', paint: style.colors.dim }, { text: `holdup flame ${style.clean(quoted)}` }]],
    style,
  );
}

/** How a person would say it, with the two numbers that made it late. */
function renderHeadline(json: VerdictJson, style: Style): Line[] {
  const { colors, glyphs } = style;
  const budget = json.budgetMs === null ? '' : `, budget ${formatMs(json.budgetMs)}`;
  const text = `${style.clean(json.route)} ${describeOutcome(json)} after ${formatMs(json.wallMs)}${budget}`;
  return wrapBehind({ text: `${glyphs.late} `, paint: colors.red }, text, style, colors.bold);
}

function describeOutcome({ outcome, wallMs, budgetMs }: VerdictJson): string {
  switch (outcome) {
    case 'deadline-exceeded':
      // A server's limit, or a timeout of something it called, ended it before its own time was up.
      return budgetMs !== null && wallMs < budgetMs ? 'ran into a timeout' : 'was late';
    case 'cancelled':
      return 'was cancelled';
    case 'error':
      return 'failed';
    case 'ok':
      return 'answered';
  }
}

function renderSentence(json: VerdictJson, style: Style): Line[] {
  const { verdict } = json;
  const known = verdict.cause !== 'undetermined';
  const summary = style.clean(verdict.summary) || (known ? verdict.cause : 'Nothing explains enough of the time.');
  const share =
    known && json.wallMs > 0 ? ` ${Math.round((verdict.explainedMs / json.wallMs) * 100)} % of the time` : '';
  const cause = { text: `  ${style.clean(verdict.cause)}`, paint: known ? style.colors.red : style.colors.yellow };
  return [...wrapBehind({ text: '  ' }, summary, style), [cause, { text: share, paint: style.colors.dim }]];
}

function renderEvidence(json: VerdictJson, style: Style): Line[] {
  const bullet = { text: `  ${style.glyphs.bullet} `, paint: style.colors.dim };
  return json.verdict.evidence
    .slice(0, MOST_EVIDENCE)
    .flatMap(({ text }) => wrapBehind(bullet, style.clean(text), style));
}

/** What else was looked at: smaller causes, those ruled out, those nobody could look into, those that broke. */
function renderOthers(json: VerdictJson, style: Style): Line[] {
  const { verdict } = json;
  const { colors } = style;
  const note = (name: string, text: string) =>
    wrapBehind({ text: `  ${name}: `, paint: colors.dim }, style.clean(text), style, colors.dim);
  const unknown = verdict.unknown.slice(0, MOST_UNKNOWN);
  const unsaid = verdict.unknown.length - unknown.length;
  return [
    ...verdict.contributing.flatMap(({ summary, explainedMs }) =>
      note('also', `${summary} (${formatMs(explainedMs)})`),
    ),
    ...renderRuledOut(json, style),
    ...unknown.flatMap(({ cause, missing }) => note('unknown', `${cause} (needs ${missing.join(', ')})`)),
    ...(unsaid > 0 ? note('unknown', `${unsaid} more`) : []),
    ...(verdict.failed ?? []).flatMap(({ cause, error }) => note('broken', `${cause}: ${error}`)),
  ];
}

/** One line: nobody reads it through, but everybody wants to know that it is not the DNS. */
function renderRuledOut(json: VerdictJson, style: Style): Line[] {
  const causes = json.verdict.ruledOut.map(({ cause }) => style.clean(cause));
  if (causes.length === 0) return [];
  const room = style.width - '  ruled out: '.length;
  for (let shown = causes.length; shown > 0; shown--) {
    const more = causes.length - shown;
    const text = causes.slice(0, shown).join(', ') + (more > 0 ? ` and ${more} more` : '');
    if (text.length <= room) return [[{ text: `  ruled out: ${text}`, paint: style.colors.dim }]];
  }
  return [
    [
      {
        text: cut(`  ruled out: ${causes.length} causes`, style.width, style.glyphs.ellipsis),
        paint: style.colors.dim,
      },
    ],
  ];
}

function renderFix(json: VerdictJson, style: Style): Line[] {
  const { fix, docs } = json.verdict;
  const heading = { text: '  fix: ', paint: style.colors.green };
  const link = { text: '  see: ', paint: style.colors.dim };
  return [
    ...(fix ? wrapBehind(heading, style.clean(fix), style) : []),
    ...(docs ? wrapBehind(link, style.clean(placeOfPage(docs)), style, style.colors.dim) : []),
  ];
}
