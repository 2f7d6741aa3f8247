import { button, el } from './dom.ts';

const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['↑ ↓', 'to the box above or below'],
  ['← →', 'to its neighbours'],
  ['Enter', 'zoom to the selected box'],
  ['+ −', 'zoom in and out'],
  ['Esc', 'zoom out to the whole graph; in the search: clear it'],
  ['/', 'search; a pattern between slashes is a regular expression'],
  ['n  N', 'next, previous match'],
  ['s', 'sandwich: callers and callees of the selected function'],
  ['i', 'bottom up and back'],
  ['t', 'table of functions and back'],
  ['?', 'these keys'],
];

const POINTER: readonly (readonly [keys: string, what: string])[] = [
  ['click, tap', 'select and zoom to it'],
  ['drag, swipe', 'sideways moves, up and down scrolls'],
  ['pinch, Ctrl + wheel', 'zoom about that point'],
];

export class Help {
  readonly element: HTMLDialogElement;

  constructor() {
    const rows = [...KEYS, ...POINTER].map(([keys, what]) =>
      el('tr', {}, el('th', { scope: 'row' }, keys), el('td', {}, what)),
    );
    this.element = el(
      'dialog',
      { 'aria-label': 'Keys' },
      el('h2', { class: 'keys-heading' }, 'Keys'),
      el('table', { class: 'keys' }, ...rows),
      el(
        'p',
        {},
        'A box is as wide as the samples in which its function was on the stack. The address holds what you see: copy it to show it to others.',
      ),
      button('Close', 'Esc', () => this.element.close()),
    );
  }

  open(): void {
    this.element.showModal();
  }
}
