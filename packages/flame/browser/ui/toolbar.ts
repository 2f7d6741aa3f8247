import { formatShare, formatValue } from '../../src/shared/units.ts';
import type { ViewName } from '../../src/view/link.ts';
import type { App } from '../app.ts';
import { saveFolded, saveSvg } from '../export.ts';
import { button, el } from './dom.ts';
import { LabelFilter } from './label-filter.ts';
import { toggleTheme } from './theme.ts';

const VIEWS: readonly (readonly [view: ViewName, text: string, title: string])[] = [
  ['down', 'Top down', 'From the outermost caller to what it calls'],
  ['up', 'Bottom up', 'From where time was spent to who called it (i)'],
  ['sandwich', 'Sandwich', 'Callers above and callees below one function (s)'],
  ['table', 'Table', 'All functions (t)'],
];

export class Toolbar {
  readonly element: HTMLElement;
  readonly #app: App;
  readonly #tabs: ReadonlyMap<ViewName, HTMLButtonElement>;
  readonly #search: HTMLInputElement;
  readonly #found = el('output', { class: 'found' });
  readonly #types: HTMLSelectElement;
  readonly #widths: HTMLSelectElement;
  readonly #filter: LabelFilter;

  constructor(app: App) {
    this.#app = app;
    this.#tabs = new Map(VIEWS.map(([view, text, title]) => [view, button(text, title, () => this.#open(view))]));
    this.#search = el('input', {
      type: 'search',
      placeholder: 'Search: name, package, /regex/',
      'aria-label': 'Search',
      spellcheck: 'false',
      autocomplete: 'off',
    });
    this.#search.addEventListener('input', () => app.change({ query: this.#search.value }));
    this.#types = this.#makeTypes();
    this.#widths = this.#makeWidths();
    this.#filter = new LabelFilter(app);
    this.element = this.#assemble();
  }

  focusSearch(): void {
    this.#search.focus();
    this.#search.select();
  }

  update(): void {
    const { selection, matches, weighed, unit } = this.#app;
    for (const [view, tab] of this.#tabs) tab.setAttribute('aria-pressed', String(view === selection.view));
    this.#types.value = String(selection.type);
    this.#widths.value = selection.widthBy;
    if (this.#search.value !== selection.query) this.#search.value = selection.query;
    this.#search.setAttribute('aria-invalid', String(typeof matches === 'string'));
    this.#found.textContent =
      typeof matches === 'object'
        ? `${formatShare(matches.sum, weighed.now.sum)} · ${formatValue(matches.sum, unit)} in ${matches.count.toLocaleString('en-US')} function${matches.count === 1 ? '' : 's'}`
        : (matches ?? '');
    this.#filter.update();
  }

  #assemble(): HTMLElement {
    const { title, baseTitle, types } = this.#app.model.payload;
    const heading = el('h1', { title }, title);
    const views = el('div', { class: 'group', role: 'group', 'aria-label': 'View' }, ...this.#tabs.values());
    const save = el(
      'details',
      { class: 'menu' },
      el('summary', {}, 'Save'),
      el(
        'div',
        { class: 'popup right' },
        button('Picture (SVG)', 'What is in sight', () => saveSvg(this.#app)),
        button('Folded stacks', 'Text, one stack per line, for other tools', () => saveFolded(this.#app)),
      ),
    );
    return el(
      'header',
      {},
      heading,
      views,
      types.length > 1 ? this.#types : undefined,
      baseTitle === undefined ? undefined : this.#widths,
      baseTitle === undefined ? undefined : this.#legend(baseTitle),
      this.#filter.element,
      el('div', { class: 'search' }, this.#search, this.#found),
      el(
        'div',
        { class: 'group end' },
        save,
        button('◐', 'Light or dark', toggleTheme),
        button('?', 'Keys and colours (?)', () => this.#app.help.open()),
      ),
    );
  }

  #legend(baseTitle: string): HTMLElement {
    const title = `Share of all, compared with ${baseTitle}`;
    return el(
      'span',
      { class: 'legend', title },
      el('i', { class: 'less' }),
      'less',
      el('i', { class: 'more' }),
      'more',
    );
  }

  #makeTypes(): HTMLSelectElement {
    const { types } = this.#app.model.payload;
    const options = types.map(({ type, unit }, index) =>
      el('option', { value: String(index) }, unit === '' ? type : `${type} (${unit})`),
    );
    const select = el('select', { 'aria-label': 'Sample type' }, ...options);
    select.addEventListener('change', () => this.#app.change({ type: Number(select.value) }, true));
    return select;
  }

  #makeWidths(): HTMLSelectElement {
    const options = [
      el('option', { value: 'now' }, 'as wide as now'),
      el('option', { value: 'before' }, 'as wide as before'),
    ];
    const select = el('select', { 'aria-label': 'Width of the boxes' }, ...options);
    select.addEventListener('change', () =>
      this.#app.change({ widthBy: select.value === 'before' ? 'before' : 'now' }, true),
    );
    return select;
  }

  #open(view: ViewName): void {
    const { selected, selection } = this.#app;
    const fn = view === 'sandwich' ? (selected?.node.fn ?? selection.fn) : selection.fn;
    this.#app.change({ view, fn, path: [], callers: false, zoom: 0 }, true);
  }
}
