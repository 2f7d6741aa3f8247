export const TAB = 9;
export const NEWLINE = 10;
export const RETURN = 13;
export const SPACE = 32;
export const QUOTE = 34;
export const APOSTROPHE = 39;
export const STAR = 42;
export const DOT = 46;
export const SLASH = 47;
export const BACKSLASH = 92;
export const BACKQUOTE = 96;

const LETTER = 1;
const DIGIT = 2;

/** Of ASCII: asked of every character of a program. */
export const CLASSES = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code >= 48 && code <= 57) return DIGIT;
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 ? LETTER : 0;
});

/** Past the end of the source (NaN) nothing is a letter. */
export function isLetter(code: number): boolean {
  return code < 0x80 ? CLASSES[code] === LETTER : code >= 0x80 && code !== 0xfffd && code !== 0xfeff;
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
