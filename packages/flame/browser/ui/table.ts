import { formatShare, formatValue } from '../../src/shared/units.ts';
import { explainFrame } from '../../src/shared/waits.ts';
import type { FunctionSums } from '../../src/view/call-tree.ts';
import type { App } from '../app.ts';
import type { Weighed } from '../data/model.ts';
import { button, el } from './dom.ts';

/** Rows shown: nobody reads further, the search narrows them down. */
const MOST_ROWS = 300;

type Column = 'self' | 'total' | 'change';

interface Sums {
  readonly now: FunctionSums;
  readonly before?: FunctionSums;
}

/** All functions with what was spent in them and in what they call. */
export class FunctionTable {
  readonly element = el('div', { class: 'table', tabindex: '-1' });
  readonly #app: App;
  #order: Column;
  #weighed: Weighed | undefined;
  #sums: Sums | undefined;

  constructor(app: App) {
    this.#app = app;
    this.#order = app.model.compares ? 'change' : 'self';
  }

  update(isShown: boolean): void {
    this.element.hidden = !isShown;
    if (!isShown) return;
    const { model, weighed } = this.#app;
    if (this.#weighed !== weighed || !this.#sums) {
      this.#weighed = weighed;
      const { now, before } = weighed;
      this.#sums = { now: model.sumFunctions(now), ...(before ? { before: model.sumFunctions(before) } : {}) };
    }
    this.#fill(this.#sums);
  }

  #fill(sums: Sums): void {
    const fns = this.#listFunctions(sums);
    const shown = fns.slice(0, MOST_ROWS);
    const columns: readonly Column[] = this.#app.model.compares ? ['self', 'total', 'change'] : ['self', 'total'];
    const head = columns.map((column) => {
      const sort = button(titleOf(column), `Order by ${titleOf(column)}`, () => {
        this.#order = column;
        this.#fill(sums);
      });
      return el('th', { scope: 'col', 'aria-sort': column === this.#order ? 'descending' : 'none' }, sort);
    });
    const rows = shown.map((fn) => this.#makeRow(fn, sums, columns));
    const left = fns.length - shown.length;
    this.element.replaceChildren(
      el(
        'table',
        {},
        el('thead', {}, el('tr', {}, ...head, el('th', { scope: 'col' }, 'Function'))),
        el('tbody', {}, ...rows),
      ),
      left > 0 ? el('p', { class: 'where' }, `${left.toLocaleString('en-US')} more: search for them.`) : '',
    );
  }

  #listFunctions(sums: Sums): number[] {
    const { matches, model } = this.#app;
    const fns = Array.from({ length: model.functions }, (_, fn) => fn).filter((fn) => {
      const isThere = (sums.now.total[fn] ?? 0) > 0 || (sums.before?.total[fn] ?? 0) > 0;
      return isThere && (typeof matches !== 'object' || matches.functions[fn] === 1);
    });
    const weight = (fn: number): number => this.#amount(fn, this.#order, sums);
    return fns.sort((one, other) => Math.abs(weight(other)) - Math.abs(weight(one)) || one - other);
  }

  /** Sample values; a change is one of shares. */
  #amount(fn: number, column: Column, { now, before }: Sums): number {
    if (column !== 'change') return now[column][fn] ?? 0;
    const { weighed } = this.#app;
    const share = (total: number | undefined, sum: number | undefined): number => (sum ? (total ?? 0) / sum : 0);
    return share(now.self[fn], weighed.now.sum) - share(before?.self[fn], weighed.before?.sum);
  }

  #makeRow(fn: number, sums: Sums, columns: readonly Column[]): HTMLElement {
    const { model, unit, weighed } = this.#app;
    const { name, place } = model.textOf(fn);
    const why = explainFrame([model.factsOf(fn).name])?.brief;
    const cells = columns.map((column) => {
      const amount = this.#amount(fn, column, sums);
      if (column === 'change')
        return el('td', {}, `${amount > 0 ? '+' : amount < 0 ? '−' : ''}${Math.abs(amount * 100).toFixed(1)} points`);
      return el('td', {}, formatValue(amount, unit), el('small', {}, formatShare(amount, weighed.now.sum)));
    });
    const open = button(name, 'Callers and callees', () => this.#app.sandwich(fn));
    return el('tr', {}, ...cells, el('td', { class: 'function' }, open, el('small', {}, why ?? place)));
  }
}

function titleOf(column: Column): string {
  return column === 'change' ? 'Change' : column === 'self' ? 'Self' : 'Total';
}
