import { type Answer, json } from './answer.ts';
import { readDuration } from './duration.ts';
import { stackLines } from './frames.ts';
import { escapeHtml } from './page.ts';
import type { DebugSite, Route } from './route.ts';
import { clip, count, formatMs, formatTime } from './time-text.ts';
import { meta, readFormat, show, type View } from './view.ts';
import type { InFlightWire, OpWire, RequestWire } from './wire.ts';

/** Longer waits tie up a connection for what a second look tells as well. */
const MAX_SAMPLE_MS = 300_000;
const MAX_TIMEOUT_MS = 600_000;

const COLUMNS = 100;

export const inFlightRoute: Route = {
  path: '/debug/holdup/inflight',
  title:
    'all requests in flight, what each waits for, how long, and its remaining time (?sample=10s&timeout=30s&format=text|json|html)',
  async handle(query, site) {
    const began = performance.now();
    const format = readFormat(query, site);
    const sampleMs = readDuration(query, 'sample', MAX_SAMPLE_MS) ?? 0;
    const timeoutMs = readDuration(query, 'timeout', MAX_TIMEOUT_MS);
    const left = () => (timeoutMs ?? Number.POSITIVE_INFINITY) - (performance.now() - began);
    if (sampleMs > 0) {
      await site.evaluate(
        'watch-closely',
        Math.min(sampleMs, timeoutMs ?? sampleMs),
        Math.min(left(), WATCH_WITHIN_MS),
      );
      await pause(Math.min(sampleMs - (performance.now() - began), left()), site.gone);
    }
    if (timeoutMs === undefined) return show(await site.evaluate('in-flight'), VIEW, format, site.vitals());
    if (sampleMs >= timeoutMs || left() <= 0) return timedOut(site, sampleMs, timeoutMs);
    const reading = await site.evaluate('in-flight', null, left());
    return reading.kind === 'stuck'
      ? timedOut(site, sampleMs, timeoutMs, reading)
      : show(reading, VIEW, format, site.vitals());
  },
};

/** It only makes the stacks more complete. */
const WATCH_WITHIN_MS = 50;

function timedOut(site: DebugSite, sampleMs: number, timeoutMs: number, reading?: Parameters<typeof meta>[0]): Answer {
  const vitals = site.vitals();
  const error = `no snapshot within ${formatMs(timeoutMs)} (timeout), of which ${formatMs(sampleMs)} were to be waited (sample)`;
  const known = reading === undefined ? { mainThread: { silentMs: vitals.silentMs } } : meta(reading, vitals);
  const last = reading?.kind === 'stuck' ? reading.last?.value : undefined;
  return json({ error, sampleMs, timeoutMs, ...known, ...(last === undefined ? {} : { last }) }, 504);
}

function pause(ms: number, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, Math.max(0, ms));
    function done() {
      clearTimeout(timer);
      gone.removeEventListener('abort', done);
      resolve();
    }
    gone.addEventListener('abort', done);
  });
}

const VIEW: View<InFlightWire> = { title: 'Requests in flight', text: toText, html: toHtml };

function toText(value: InFlightWire): string {
  const lines = [headline(value), ''];
  if (value.running !== null) {
    lines.push(
      `running now: ${value.running.route ?? 'background work'}`,
      ...stackLines(value.running.stack, '  '),
      '',
    );
  }
  for (const request of value.requests) lines.push(...requestLines(request), '');
  if (value.leftOut > 0) lines.push(`and ${value.leftOut} more with more time left`);
  return lines.join('\n').trimEnd();
}

function headline({ requests, total, at }: InFlightWire): string {
  const late = requests.filter(({ remainingMs }) => remainingMs !== null && remainingMs < 0).length;
  return `${count(total, 'request')} in flight, ${late} past the deadline · ${formatTime(at)} · pid ${process.pid}`;
}

function requestLines(request: RequestWire): string[] {
  const trace = request.traceId === undefined ? '' : `  trace ${request.traceId}`;
  const head = `${request.id}  ${clip(request.route, 60)}  ${remainingText(request)}, ${formatMs(request.ageMs)} old${trace}`;
  const left = request.opsLeftOut === 0 ? [] : [`    and ${count(request.opsLeftOut, 'op')} more`];
  if (request.ops.length === 0) return [head, `    ${idleText(request)}`];
  return [head, ...request.ops.flatMap((op) => opLines(op, '    ')), ...left];
}

export function remainingText({ remainingMs, budgetMs, cancelled }: RequestWire): string {
  const gone = cancelled ? ', caller gone' : '';
  if (remainingMs === null || budgetMs === null) return `no deadline${gone}`;
  const budget = `of ${formatMs(budgetMs)}`;
  return remainingMs < 0
    ? `${formatMs(-remainingMs)} late (budget ${formatMs(budgetMs)})${gone}`
    : `${formatMs(remainingMs)} left ${budget}${gone}`;
}

/** Without an open op. */
export function idleText({ running }: RequestWire): string {
  if (running) return 'running: its code is on the main thread now';
  return 'unattributed: waits for its turn of the event loop, or for something Holdup does not watch';
}

function opLines({ name, account, forMs, stack = [] }: OpWire, indent: string): string[] {
  return [clip(`${indent}${account} for ${formatMs(forMs)}: ${name}`, COLUMNS), ...stackLines(stack, `${indent}  `)];
}

function toHtml(value: InFlightWire): string {
  const { running } = value;
  const now =
    running === null
      ? ''
      : `<h2>Running now: ${escapeHtml(running.route ?? 'background work')}</h2><pre>${escapeHtml(stackLines(running.stack, '').join('\n'))}</pre>`;
  const rows = value.requests.map((request) => {
    const { remainingMs } = request;
    const late = remainingMs !== null && remainingMs < 0 ? ' late' : '';
    const more = request.opsLeftOut === 0 ? [] : [`and ${count(request.opsLeftOut, 'op')} more`];
    const what = request.ops.length === 0 ? [idleText(request)] : request.ops.flatMap((op) => opLines(op, ''));
    const trace = request.traceId === undefined ? '' : `<br><small>trace ${escapeHtml(request.traceId)}</small>`;
    return `<tr><td>${request.id}</td><td>${escapeHtml(request.route)}${trace}</td><td class="n${late}">${remainingText(
      request,
    )}</td><td class="n">${formatMs(request.ageMs)} old</td><td><pre>${escapeHtml([...what, ...more].join('\n'))}</pre></td></tr>`;
  });
  return `<p>${escapeHtml(headline(value))}</p>${now}<table><tr><th></th><th>route</th><th class="n">remaining</th><th class="n">age</th><th>what it waits for</th></tr>
${rows.join('\n')}</table>${value.leftOut > 0 ? `<p>and ${value.leftOut} more</p>` : ''}`;
}
