import type { FrameText } from '../../src/shared/frame-text.ts';
import { readPalette, toCss } from '../draw/colors.ts';
import { button, el } from './dom.ts';
import { isDark } from './theme.ts';

const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['↑ ↓', 'to the box above or below'],
  ['← →', 'to its neighbours'],
  ['Enter', 'zoom to the selected box'],
  ['+ −', 'zoom in and out'],
  ['Esc', 'zoom out to the whole graph; in the search: clear it'],
  ['/', 'search; a pattern between slashes is a regular expression'],
  ['n  N', 'next, previous match; in the search Enter: to the first'],
  ['s', 'sandwich: callers and callees of the selected function'],
  ['i', 'bottom up and back'],
  ['t', 'table of functions and back'],
  ['?', 'these keys, and what the colours mean'],
];

const POINTER: readonly (readonly [keys: string, what: string])[] = [
  ['click, tap', 'select and zoom to it'],
  ['drag, swipe', 'sideways moves, up and down scrolls'],
  ['pinch, Ctrl + wheel', 'zoom about that point'],
];

/** One frame of each kind, for its colour. */
const COLORS: readonly (readonly [frame: FrameText, what: string])[] = [
  [{ kind: 'app', group: '', name: '', place: '' }, 'own code, a shade per function'],
  [{ kind: 'library', group: 'pg', name: '', place: '' }, 'dependencies, a colour per package'],
  [{ kind: 'runtime', group: '', name: '', place: '' }, 'the runtime'],
  [{ kind: 'state', group: '', name: '(garbage collector)', place: '' }, 'garbage collection'],
];

export class Help {
  readonly element: HTMLDialogElement;
  readonly #heading = el('h2', { class: 'keys-heading', tabindex: '-1' }, 'Keys');
  readonly #colors = el('ul', { class: 'colors' });
  readonly #compares: boolean;

  /** @param compares Colours say what changed, not whose code it is. */
  constructor(compares: boolean) {
    this.#compares = compares;
    const rows = [...KEYS, ...POINTER].map(([keys, what]) =>
      el('tr', {}, el('th', { scope: 'row' }, keys), el('td', {}, what)),
    );
    this.element = el(
      'dialog',
      { 'aria-label': 'Keys and colours' },
      this.#heading,
      el('table', { class: 'keys' }, ...rows),
      el('h2', { class: 'keys-heading' }, 'Colours'),
      this.#colors,
      el(
        'p',
        {},
        'A box is as wide as the samples in which its function was on the stack. The address holds what you see: copy it to show it to others.',
      ),
      button('Close', 'Esc', () => this.element.close()),
    );
  }

  /** The colours are those of the theme at hand. */
  open(): void {
    const palette = readPalette(isDark());
    const whose = COLORS.map(([frame, what]) => [palette.frame(frame), what] as const);
    const changed = [
      [palette.change(-1), 'a smaller share than before'],
      [palette.change(0), 'as before'],
      [palette.change(1), 'a larger share'],
    ] as const;
    const found = [palette.match, 'found by the search'] as const;
    const all = [
      ...(this.#compares ? changed : [...whose, found]),
      [palette.faint, 'too narrow to see: zoom in'] as const,
    ];
    this.#colors.replaceChildren(...all.map(([color, what]) => el('li', {}, swatch(toCss(color)), what)));
    this.element.showModal();
    // Else the button at the end has the focus, and the beginning is scrolled out of sight.
    this.#heading.focus();
  }
}

function swatch(color: string): HTMLElement {
  const made = el('i');
  made.style.background = color;
  return made;
}
