import { type Answer, BadQuery, html, json, text } from './answer.ts';
import { escapeHtml, page } from './page.ts';
import type { DebugSite, Reading, Vitals } from './route.ts';
import { count, formatMs, wrap } from './time-text.ts';

/** How one reader's answer is shown. */
export interface View<T> {
  readonly title: string;
  readonly text: (value: T) => string;
  /** What goes between the tags of the body; absent: the text. */
  readonly html?: (value: T) => string;
}

type Format = 'text' | 'json' | 'html';

/** Long enough to read, short enough to watch. */
const REFRESH_SECONDS = 2;

/** Shows what a reader says as `format` asks for. */
export async function answerWith<T>(
  reader: string,
  view: View<T>,
  query: URLSearchParams,
  site: DebugSite,
): Promise<Answer> {
  const format = readFormat(query, site);
  return show(await site.evaluate(reader), view, format, site.vitals());
}

/** A browser gets the page unless it asks for something else. @throws BadQuery */
export function readFormat(query: URLSearchParams, { accept }: DebugSite): Format {
  const format = query.get('format') ?? (accept.includes('text/html') ? 'html' : 'text');
  if (format === 'text' || format === 'json' || format === 'html') return format;
  throw new BadQuery(`format: ${JSON.stringify(format.slice(0, 40))} is not one of text, json, html`);
}

/** What could not be had is said; what was known before is shown with its age. */
export function show<T>(reading: Reading, view: View<T>, format: Format, vitals: Vitals): Answer {
  // What the reader of that name returns.
  const value = shownOf(reading) as T | undefined;
  const notes = notesOn(reading, vitals);
  const status = value === undefined ? 503 : 200;
  if (format === 'json') return json({ ...value, ...meta(reading, vitals) }, status);
  if (format === 'text') {
    const lines = [...notes.map((note) => wrap(note)), ...(value === undefined ? [] : [view.text(value)])];
    return text(`${lines.join('\n\n')}\n`, status);
  }
  const shown = value === undefined ? '' : (view.html?.(value) ?? `<pre>${escapeHtml(view.text(value))}</pre>`);
  const told = notes.map((note) => `<p class="note">${escapeHtml(note)}</p>`).join('');
  return { ...html(page(view.title, `<h1>${escapeHtml(view.title)}</h1>${told}${shown}`, REFRESH_SECONDS)), status };
}

function shownOf(reading: Reading): unknown {
  if (reading.kind === 'fresh') return reading.value;
  return reading.kind === 'stuck' ? reading.last?.value : undefined;
}

/** Beside the value in JSON: whether it is of now. */
export function meta(reading: Reading, vitals: Vitals): object {
  const main = { silentMs: Math.round(vitals.silentMs), blocked: vitals.blocked, inFlightAtLastTurn: vitals.inFlight };
  switch (reading.kind) {
    case 'fresh':
      return { mainThread: { ...main, answered: true } };
    case 'stuck': {
      const age = reading.last === undefined ? {} : { staleMs: Math.round(reading.last.ageMs) };
      return { mainThread: { ...main, answered: false, why: stuckText(vitals), ...age } };
    }
    case 'failed':
      return { mainThread: { ...main, answered: false, why: reading.why } };
  }
}

export function notesOn(reading: Reading, vitals: Vitals): string[] {
  switch (reading.kind) {
    case 'fresh':
      return vitals.blocked ? [`The event loop has been blocked for ${formatMs(vitals.silentMs)}.`] : [];
    case 'stuck': {
      const { last } = reading;
      const old = last === undefined ? 'Ask again.' : `Below is what it answered ${formatMs(last.ageMs)} ago.`;
      return [`${stuckText(vitals)} ${old}`];
    }
    case 'failed':
      return [`The main thread could not say it: ${reading.why}. Ask again.`];
  }
}

function stuckText({ silentMs, inFlight }: Vitals): string {
  return (
    `The main thread last went through its event loop ${formatMs(silentMs)} ago, then with ${count(inFlight, 'request')} in flight, ` +
    'and does not answer: it is in a call that nothing can interrupt (native code such as crypto, zlib or a synchronous ' +
    'file or child process call, or a garbage collection), or the machine gives it no turn.'
  );
}
