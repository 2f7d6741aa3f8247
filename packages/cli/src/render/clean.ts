import { stripVTControlCharacters } from 'node:util';

/** What a terminal without UTF-8 can show of the signs that verdict texts use. */
const ASCII_SIGNS: ReadonlyMap<string, string> = new Map([
  ['…', '...'],
  ['–', '-'],
  ['—', '-'],
  ['‘', "'"],
  ['’', "'"],
  ['“', '"'],
  ['”', '"'],
  ['×', 'x'],
  ['≥', '>='],
  ['≤', '<='],
  ['→', '->'],
  ['µ', 'u'],
  ['·', '-'],
  ['\u00a0', ' '],
]);

/**
 * Text that came from traffic, made safe to print: routes, hosts and SQL can carry escape sequences that rewrite the
 * screen, and marks that reverse the reading direction. White space of any kind becomes one space.
 */
export function clean(text: string, unicode: boolean): string {
  const safe = stripVTControlCharacters(text)
    .replace(/[\s\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .replace(/\p{Cs}/gu, '\ufffd')
    .trim();
  if (unicode) return safe;
  return safe.replace(/[^\x20-\x7e]/gu, (sign) => ASCII_SIGNS.get(sign) ?? '?');
}

/** JSON for one line of output. What JSON leaves raw but a terminal acts on is escaped; the value stays the same. */
export function toSafeJson(value: unknown): string {
  // Looking for ASCII's end first costs a tenth of asking every sign for its category.
  return JSON.stringify(value).replace(/[\u007f-\uffff]+/g, (signs) =>
    signs.replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, (sign) =>
      [...Array(sign.length).keys()].map((at) => `\\u${sign.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
    ),
  );
}
