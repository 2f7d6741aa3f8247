/**
 * Looking at text by hand. A verdict may be made by the watchdog in the middle of the host's own code, a regular expression
 * of it included, and V8 does not fully support one expression inside another: Node 20 has crashed of it, and the host's
 * `RegExp.$1` would change everywhere. So nothing on the way to a verdict uses one.
 */

/** Whether every character passes; true for an empty text. */
export function isMadeOf(text: string, accepts: (code: number) => boolean): boolean {
  for (let i = 0; i < text.length; i++) if (!accepts(text.charCodeAt(i))) return false;
  return true;
}

/** Whether some character passes. */
export function hasSome(text: string, accepts: (code: number) => boolean): boolean {
  for (let i = 0; i < text.length; i++) if (accepts(text.charCodeAt(i))) return true;
  return false;
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** A to Z. */
export function isUpper(code: number): boolean {
  return code >= 65 && code <= 90;
}

/** a to z. */
export function isLower(code: number): boolean {
  return code >= 97 && code <= 122;
}

/** Letters of ASCII, digits and `_`. */
export function isWord(code: number): boolean {
  return isDigit(code) || isUpper(code) || isLower(code) || code === 95;
}

/** Where the first of these characters is; the length where none is. */
export function findAny(text: string, characters: string, from = 0): number {
  for (let i = from; i < text.length; i++) if (characters.includes(text.charAt(i))) return i;
  return text.length;
}

/** `api.example:443` → `api.example`, `[::1]:80` → `[::1]`; without a port unchanged. */
export function withoutPort(host: string): string {
  const colon = host.lastIndexOf(':');
  const hasPort = colon >= 0 && colon < host.length - 1 && isMadeOf(host.slice(colon + 1), isDigit);
  return hasPort ? host.slice(0, colon) : host;
}

/** `[::1]` → `::1`; without brackets unchanged. */
export function withoutBrackets(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}
