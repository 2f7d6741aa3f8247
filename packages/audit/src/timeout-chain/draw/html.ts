import type { Hazard } from '../../hazard.ts';
import type { ChainReport } from '../audit-chain.ts';
import { escapeMarkup, LEGEND, type Row, rowsOf } from './rows.ts';

const STYLE = `:root{color-scheme:light dark;--bg:#fff;--text:#1c2430;--dim:#5b6675;--box:#f4f6f9;--edge:#c7cfda;--in:#2f7fb8;--over:#c8372d;--warn:#8a5b00}
@media (prefers-color-scheme:dark){:root{--bg:#12171e;--text:#e6eaf0;--dim:#9aa6b5;--box:#1d2530;--edge:#465263;--in:#4a9fd8;--over:#e5645b;--warn:#e0a93b}}
*{box-sizing:border-box}body{margin:0 auto;max-width:1100px;padding:24px 16px;background:var(--bg);color:var(--text);font:15px/1.5 system-ui,sans-serif}
h1{font-size:20px;margin:0 0 16px}h2{font-size:16px;margin:32px 0 8px}.hops{display:flex;flex-wrap:wrap;gap:8px 26px;list-style:none;margin:0;padding:0 0 0 8px}
.hops>li{position:relative;flex:1 1 170px;min-width:0;background:var(--box);border:1px solid var(--edge);border-radius:8px;padding:8px 12px;overflow-wrap:anywhere}
.hops>li+li::before{content:"→";position:absolute;left:-21px;top:16px;color:var(--dim)}.hops p{margin:0}.dim{color:var(--dim);font-size:13px}
details{font-size:13px}details ul{margin:4px 0 0;padding-left:18px}.bars{display:grid;grid-template-columns:minmax(90px,220px) 1fr;gap:6px 12px;margin:12px 0 0;font-size:13px;align-items:center}
.bars dt{overflow-wrap:anywhere}.bars dd{margin:0;display:flex;align-items:center;gap:8px;min-width:0}.track{display:flex;flex:1 1 auto;height:16px;min-width:0}
.in{background:var(--in);border-radius:2px;min-width:2px}.over{background:repeating-linear-gradient(45deg,var(--over) 0 6px,transparent 6px 9px);border:1px solid var(--over);border-radius:2px}
.open{flex:1;border:1px dashed var(--warn);border-radius:2px}.value{flex:0 0 70px;white-space:nowrap}.found{list-style:none;margin:0;padding:0}.found>li{border-top:1px solid var(--edge);padding:10px 0;overflow-wrap:anywhere}
.legend span{display:inline-block;width:22px;height:11px;margin:0 6px 0 0}.legend .over{margin-left:10px}.error{color:var(--over);font-weight:600}.warning{color:var(--warn);font-weight:600}.note{color:var(--dim);font-weight:600}code{font-size:13px}
@media(max-width:600px){.hops{flex-direction:column;gap:22px;padding:0}.hops>li{flex-basis:auto}.hops>li+li::before{content:"↓";left:20px;top:-23px}.bars{grid-template-columns:1fr}.bars dd{margin-bottom:6px}}`;

/** The chains and what does not fit, as one page that needs nothing else. */
export function drawChainHtml(report: ChainReport, hazards: readonly Hazard[]): string {
  const { drawn, left } = rowsOf(report);
  const chains = drawn.map((rows, index) => drawChain(rows, index + 1, drawn.length)).join('');
  const more = left > 0 ? `<p class="dim">${left} more chains are not drawn.</p>` : '';
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Timeout chain</title><style>${STYLE}</style></head><body><h1>Timeout chain</h1>${drawn.length === 0 ? '<p>No hop was found.</p>' : legend() + chains}${more}${drawHazards(hazards)}${drawNotes(report)}</body></html>\n`;
}

function legend(): string {
  return `<p class="dim legend"><span class="in"></span>${escapeMarkup(LEGEND.inside)} <span class="over"></span>${escapeMarkup(LEGEND.beyond)}. ${escapeMarkup(LEGEND.bars)}</p>`;
}

function drawChain(rows: readonly Row[], nth: number, of: number): string {
  const title = of > 1 ? `<h2>Chain ${nth} of ${of}, outermost first</h2>` : '';
  return `<section>${title}<ol class="hops">${rows.map(drawHop).join('')}</ol><dl class="bars">${rows.map(drawBar).join('')}</dl></section>`;
}

function drawHop(row: Row): string {
  const others = row.others.map((other) => `<li>${escapeMarkup(other)}</li>`).join('');
  return `<li><p><strong>${escapeMarkup(row.name)}</strong></p><p class="dim">${escapeMarkup(`${row.role} · ${row.place}`)}</p><p>${escapeMarkup(row.waits)}</p><p class="dim">${escapeMarkup(row.setting)}</p>${others === '' ? '' : `<details><summary>${row.others.length} more</summary><ul>${others}</ul></details>`}</li>`;
}

function drawBar(row: Row): string {
  const open = row.waits === 'no limit' || row.waits === 'unknown';
  const track = open
    ? '<span class="open"></span>'
    : `<span class="in" style="width:${share(row.inside)}"></span>${row.beyond > 0 ? `<span class="over" style="width:${share(row.beyond)}"></span>` : ''}`;
  return row.waits === ''
    ? ''
    : `<dt>${escapeMarkup(row.name)}</dt><dd><span class="track">${track}</span><span class="value">${escapeMarkup(row.waits)}</span></dd>`;
}

function share(value: number): string {
  return `${Math.round(value * 10_000) / 100}%`;
}

function drawHazards(hazards: readonly Hazard[]): string {
  if (hazards.length === 0) return '<h2>Nothing found</h2>';
  const found = hazards.map(
    ({ severity, rule, message, help, place }) =>
      `<li><p><span class="${severity}">${severity}</span> <code>${escapeMarkup(rule)}</code> <span class="dim">${escapeMarkup(`${place.file}:${place.line}`)}</span></p><p>${escapeMarkup(message)}</p><p class="dim">help: ${escapeMarkup(help)}</p></li>`,
  );
  return `<h2>Found: ${hazards.length}</h2><ul class="found">${found.join('')}</ul>`;
}

function drawNotes({ notes, notUnderstood, problems }: ChainReport): string {
  const all = [
    ...notes,
    ...notUnderstood.map(({ setting, place }) => `not understood: ${setting} (${place.file}:${place.line})`),
    ...problems.map(({ file, line, message }) => `${file}${line === undefined ? '' : `:${line}`}: ${message}`),
  ];
  return all.length === 0
    ? ''
    : `<h2>Assumed, or not understood</h2><ul>${all.map((note) => `<li>${escapeMarkup(note)}</li>`).join('')}</ul>`;
}
