import type { Ident, SyntaxProblem } from './ast.ts';
import { Scanner } from './scan.ts';

/**
 * How deep a tree may nest. Code written by people stays under 100; each level costs the walks that follow about a kilobyte of stack,
 * of which Node gives 984 kB.
 */
const MAX_DEPTH = 800;

/** Chains (`a.b().c()`) nest too, but cost less: long ones are common in generated builders. */
const MAX_CHAIN = 1_500;

/** Ends the parse of one declaration; the parser goes on with the next. */
export class SyntaxFault extends Error {
  readonly pos: number;
  constructor(pos: number, message: string) {
    super(message);
    this.pos = pos;
  }
}

/** The parser's place in the file: the current token, and how deep it stands. */
export class Cursor {
  readonly scanner: Scanner;
  readonly problems: SyntaxProblem[] = [];
  /** Below zero in the head of `if`, `for` and `switch`: there `{` opens the body, not a composite literal. */
  level = 0;
  depth = 0;
  /** Where the last consumed token ended. */
  lastEnd = 0;

  constructor(source: string) {
    this.scanner = new Scanner(source, (pos, message) => this.problems.push({ pos, message }));
    this.scanner.next();
  }

  get token(): string {
    return this.scanner.token;
  }

  is(token: string): boolean {
    return this.scanner.token === token;
  }

  get pos(): number {
    return this.scanner.pos;
  }

  next(): void {
    this.lastEnd = this.scanner.end;
    this.scanner.next();
  }

  got(token: string): boolean {
    if (this.scanner.token !== token) return false;
    this.next();
    return true;
  }

  /** Consumes the token and gives its place. */
  expect(token: string, where: string): number {
    const { pos } = this.scanner;
    if (this.scanner.token !== token) this.fail(`expected '${token}' ${where}`);
    this.next();
    return pos;
  }

  /** The end of a statement or declaration: `;`, or just before a closing `)` or `}`. */
  endStatement(where: string): void {
    const { token } = this.scanner;
    if (token === ';') this.next();
    else if (token !== ')' && token !== '}' && token !== 'EOF') this.fail(`unexpected ${this.#shown()} ${where}`);
  }

  ident(where: string): Ident {
    const { pos, text } = this.scanner;
    if (this.scanner.token !== 'ident') this.fail(`expected a name ${where}`);
    this.next();
    return { kind: 'Ident', pos, end: this.lastEnd, parent: undefined, name: text, variable: undefined };
  }

  enter(): void {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) this.#tooDeep();
  }

  leave(): void {
    this.depth -= 1;
  }

  checkChain(links: number): void {
    if (links > MAX_CHAIN) this.#tooDeep();
  }

  fail(message: string): never {
    const found = message.startsWith('unexpected') ? '' : `, found ${this.#shown()}`;
    throw new SyntaxFault(this.scanner.pos, `${message}${found}`);
  }

  #tooDeep(): never {
    throw new SyntaxFault(this.scanner.pos, 'nested too deeply to be read');
  }

  #shown(): string {
    const { token, text } = this.scanner;
    if (token === 'EOF') return 'the end of the file';
    if (token === ';' && this.scanner.pos === this.scanner.end) return 'the end of the line';
    return `'${(text || token).slice(0, 40)}'`;
  }
}
