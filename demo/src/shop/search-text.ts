// Mistake on purpose: nested repetition. A long word and a sign it does not allow make it try every split of the word.
const WORDS = /^(\w+[ -]?)*$/;

/** Whether the text is words, separated by single blanks or hyphens. */
export function isSearchText(text: string): boolean {
  return WORDS.test(text);
}
