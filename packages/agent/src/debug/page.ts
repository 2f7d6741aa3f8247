const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

/** Names come from the host's traffic. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES.get(character) ?? character);
}

const STYLE = `:root{color-scheme:light dark}body{font:14px/1.5 system-ui,sans-serif;margin:1.5rem;max-width:75rem}
table{border-collapse:collapse}td,th{overflow-wrap:anywhere;padding:.2rem 1rem .2rem 0;text-align:left;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}pre,code,.c{font:12px/1.4 ui-monospace,monospace}
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:0}.late{color:#c22;font-weight:600}@media(prefers-color-scheme:dark){.late{color:#f77}}
.note{padding:.5rem .8rem;border-left:.25rem solid #c80}
@media(max-width:40rem){table,tbody,tr,td,th{display:block}td,td.n{padding:0;text-align:left}th{display:none}tr{margin:1rem 0}}`;

/** @param refreshSeconds the page loads itself again */
export function page(title: string, body: string, refreshSeconds?: number): string {
  const refresh = refreshSeconds === undefined ? '' : `<meta http-equiv="refresh" content="${refreshSeconds}">`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">${refresh}
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>
${body}
</body></html>
`;
}
