import { formatValue } from '../../src/shared/units.ts';
import { listLabels } from '../../src/view/labels.ts';
import type { App } from '../app.ts';
import { button, el } from './dom.ts';

/** Values offered per key; any other can be typed. */
const MOST_OFFERED = 100;

/** Shows only samples with some labels: a route, a trace id. Absent when the profile has no labels. */
export class LabelFilter {
  readonly element: HTMLElement;
  readonly #app: App;
  readonly #chips = el('span', { class: 'chips' });
  readonly #popup = el('div', { class: 'popup' });
  readonly #menu = el('details', { class: 'menu' }, el('summary', {}, 'Filter'), this.#popup);
  #listedType = -1;

  constructor(app: App) {
    this.#app = app;
    this.element = el('span', { class: 'filter' }, this.#menu, this.#chips);
    this.element.hidden = app.model.payload.labelSets.every((labels) => labels.length === 0);
    this.#menu.addEventListener('toggle', () => this.#list());
  }

  update(): void {
    const { labels } = this.#app.selection;
    this.#chips.replaceChildren(
      ...labels.map(({ key, value }, index) =>
        button(`${key}: ${value} ✕`, 'Take this filter off', () =>
          this.#app.change({ labels: labels.toSpliced(index, 1) }, true),
        ),
      ),
    );
    // A link may ask for labels this profile has none of.
    if (labels.length > 0) this.element.hidden = false;
  }

  /** Made when first looked at: a profile may have a trace id per sample. */
  #list(): void {
    const { model, selection, unit } = this.#app;
    if (!this.#menu.open || this.#listedType === selection.type) return;
    this.#listedType = selection.type;
    const labels = listLabels(model.payload, model.payload.values[selection.type] ?? []);
    const rows = [...labels].map(([key, values], at) => {
      const list = el('datalist', { id: `labels-${at}` });
      for (const { value, sum } of values.slice(0, MOST_OFFERED)) {
        list.append(el('option', { value }, `${value} (${formatValue(sum, unit)})`));
      }
      const count = values.length === 1 ? 'one value' : `${values.length.toLocaleString('en-US')} values`;
      const input = el('input', { list: list.id, placeholder: count, 'aria-label': key, autocomplete: 'off' });
      input.addEventListener('change', () => this.#add(key, input));
      return el('label', {}, key, input, list);
    });
    this.#popup.replaceChildren(...rows);
  }

  #add(key: string, input: HTMLInputElement): void {
    const value = input.value.trim();
    input.value = '';
    const { labels } = this.#app.selection;
    if (value === '' || labels.some((label) => label.key === key && label.value === value)) return;
    this.#menu.open = false;
    this.#app.change({ labels: [...labels, { key, value }] }, true);
  }
}
