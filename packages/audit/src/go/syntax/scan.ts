import type { Comment } from './ast.ts';
import {
  APOSTROPHE,
  BACKQUOTE,
  BACKSLASH,
  CLASSES,
  DOT,
  isDigit,
  isLetter,
  NEWLINE,
  QUOTE,
  RETURN,
  SLASH,
  SPACE,
  STAR,
  TAB,
} from './characters.ts';
import { NameTable } from './names.ts';
import { BRACKETS, ENDING_KEYWORDS, type Mark, OPERATORS, type Token } from './tokens.ts';

/** Reads tokens one by one; `token`, `pos`, `end` and `text` tell of the current one. */
export class Scanner {
  token: Token = 'EOF';
  pos = 0;
  end = 0;
  /** Of names and literals; otherwise empty. */
  text = '';
  /** Of a binary operator, 1 to 5; otherwise 0. */
  precedence = 0;
  readonly comments: Comment[] = [];
  readonly #source: string;
  readonly #onProblem: (pos: number, message: string) => void;
  readonly #names = new NameTable();
  #at = 0;
  #endsStatement = false;

  constructor(source: string, onProblem: (pos: number, message: string) => void) {
    this.#source = source;
    this.#onProblem = onProblem;
    if (source.charCodeAt(0) === 0xfeff) this.#at = 1;
  }

  next(): void {
    this.text = '';
    this.precedence = 0;
    if (this.#skipBlank()) {
      this.#endsStatement = false;
      this.pos = this.#at;
      this.end = this.#at;
      this.token = ';';
      return;
    }
    const source = this.#source;
    this.pos = this.#at;
    if (this.#at >= source.length) {
      this.token = this.#endsStatement ? ';' : 'EOF';
      this.#endsStatement = false;
      this.end = this.#at;
      return;
    }
    const code = source.charCodeAt(this.#at);
    // A literal's end and most operators' are set by what reads them.
    this.#endsStatement = true;
    if (isLetter(code)) this.#name(code);
    else if (isDigit(code) || (code === DOT && isDigit(source.charCodeAt(this.#at + 1)))) this.#number();
    else if (code === QUOTE || code === APOSTROPHE) this.#quoted(code);
    else if (code === BACKQUOTE) this.#raw();
    else this.#operator(code);
    this.end = this.#at;
  }

  /** Goes on reading from here. */
  seek(offset: number): void {
    this.#at = offset;
    this.#endsStatement = false;
    this.next();
  }

  /** What {@link rewind} takes back. */
  mark(): Mark {
    return {
      token: this.token,
      pos: this.pos,
      end: this.end,
      text: this.text,
      precedence: this.precedence,
      at: this.#at,
      ends: this.#endsStatement,
    };
  }

  rewind(mark: Mark): void {
    this.token = mark.token;
    this.pos = mark.pos;
    this.end = mark.end;
    this.text = mark.text;
    this.precedence = mark.precedence;
    this.#at = mark.at;
    this.#endsStatement = mark.ends;
    while (this.comments.length > 0 && (this.comments.at(-1)?.pos ?? 0) >= mark.at) this.comments.pop();
  }

  /** Past blanks and comments. True where a newline (or a comment with one) ends a statement. */
  #skipBlank(): boolean {
    const source = this.#source;
    for (;;) {
      let at = this.#at;
      let code = source.charCodeAt(at);
      while (code === TAB || code === SPACE || code === RETURN || (code === NEWLINE && !this.#endsStatement)) {
        at += 1;
        code = source.charCodeAt(at);
      }
      this.#at = at;
      if (code === NEWLINE) return true;
      if (code === SLASH) {
        const next = source.charCodeAt(this.#at + 1);
        if (next === SLASH) {
          this.#lineComment();
        } else if (next === STAR) {
          if (this.#blockComment() && this.#endsStatement) return true;
        } else {
          return false;
        }
      } else {
        return false;
      }
    }
  }

  #lineComment(): void {
    const newline = this.#source.indexOf('\n', this.#at);
    const end = newline < 0 ? this.#source.length : newline;
    this.comments.push({ pos: this.#at, end });
    this.#at = end;
  }

  /** Tells whether it spans lines. */
  #blockComment(): boolean {
    const start = this.#at;
    const close = this.#source.indexOf('*/', start + 2);
    if (close < 0) this.#onProblem(start, 'comment not terminated');
    this.#at = close < 0 ? this.#source.length : close + 2;
    this.comments.push({ pos: start, end: this.#at });
    const newline = this.#source.indexOf('\n', start);
    return newline >= 0 && newline < this.#at;
  }

  #name(first: number): void {
    const source = this.#source;
    const start = this.#at;
    let at = start + 1;
    let hash = first;
    for (;;) {
      const code = source.charCodeAt(at);
      if (code < 0x80 ? CLASSES[code] === 0 : !isLetter(code)) break;
      hash = (hash * 31 + code) | 0;
      at += 1;
    }
    this.#at = at;
    const slot = this.#names.take(source, start, at, hash);
    this.text = this.#names.name(slot);
    const token = this.#names.token(slot);
    this.token = token;
    if (token !== 'ident') this.#endsStatement = ENDING_KEYWORDS.has(token);
  }

  /** Takes what can stand in a number; a malformed one is the compiler's to refuse. */
  #number(): void {
    const source = this.#source;
    const start = this.#at;
    const hex = source.charCodeAt(start) === 48 && (source.charCodeAt(start + 1) | 32) === 120;
    let at = start;
    let float = false;
    for (;;) {
      const code = source.charCodeAt(at);
      const exponent = hex ? (code | 32) === 112 : (code | 32) === 101;
      if (code === DOT || exponent) float = true;
      if (exponent && (source.charCodeAt(at + 1) === 43 || source.charCodeAt(at + 1) === 45)) at += 2;
      else if (isDigit(code) || isLetter(code) || code === DOT) at += 1;
      else break;
    }
    this.text = source.slice(start, at);
    const imaginary = !hex && this.text.endsWith('i');
    this.token = imaginary ? 'imaginary' : float ? 'float' : 'int';
    this.#at = at;
  }

  #quoted(quote: number): void {
    const source = this.#source;
    const start = this.#at;
    let at = start + 1;
    for (;;) {
      const code = source.charCodeAt(at);
      if (code === quote) break;
      if (at >= source.length || code === NEWLINE) {
        this.#onProblem(start, quote === QUOTE ? 'string literal not terminated' : 'rune literal not terminated');
        at -= 1;
        break;
      }
      at += code === BACKSLASH && at + 1 < source.length && source.charCodeAt(at + 1) !== NEWLINE ? 2 : 1;
    }
    this.#at = at + 1;
    this.text = source.slice(start, this.#at);
    this.token = quote === QUOTE ? 'string' : 'rune';
  }

  #raw(): void {
    const start = this.#at;
    const close = this.#source.indexOf('`', start + 1);
    if (close < 0) this.#onProblem(start, 'raw string literal not terminated');
    this.#at = close < 0 ? this.#source.length : close + 1;
    this.text = this.#source.slice(start, this.#at);
    this.token = 'string';
  }

  /** The first character is known to be the operator's. */
  #startsWith(operator: string): boolean {
    const source = this.#source;
    const at = this.#at;
    if (source.charCodeAt(at + 1) !== operator.charCodeAt(1)) return false;
    return operator.length === 2 || source.charCodeAt(at + 2) === operator.charCodeAt(2);
  }

  #operator(code: number): void {
    const bracket = BRACKETS[code];
    if (bracket !== undefined) {
      this.token = bracket.text;
      this.#endsStatement = bracket.endsStatement;
      this.#at += 1;
      return;
    }
    for (const { text, precedence, endsStatement } of OPERATORS[code] ?? []) {
      if (text.length === 1 || this.#startsWith(text)) {
        this.token = text;
        this.precedence = precedence;
        this.#endsStatement = endsStatement;
        this.#at += text.length;
        return;
      }
    }
    this.#endsStatement = false;
    const shown =
      code < SPACE || code === 0xfffd
        ? `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
        : String.fromCharCode(code);
    this.#onProblem(this.#at, code === 0 ? 'NUL byte' : `invalid character ${shown}`);
    this.#at += 1;
    this.token = 'invalid';
  }
}
