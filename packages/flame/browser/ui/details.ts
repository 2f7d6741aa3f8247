import { formatShare, formatValue } from '../../src/shared/units.ts';
import type { App } from '../app.ts';
import type { Place } from '../draw/pane.ts';
import { explainNode } from '../explain.ts';
import { button, el } from './dom.ts';
import { describeAmount, selfOf } from './numbers.ts';

/** The selected box in words; without one, the profile. */
export class Details {
  readonly element = el('section', { class: 'details', 'aria-live': 'polite', 'aria-label': 'Details' });
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  update(): void {
    const place = this.#app.selected ?? this.#middle();
    this.element.replaceChildren(...(place && place.node.fn >= 0 ? this.#describe(place) : this.#describeProfile()));
  }

  /** The function a sandwich is about. */
  #middle(): Place | undefined {
    const pane = this.#app.selection.view === 'sandwich' ? this.#app.panes.paneOf(false) : undefined;
    return pane ? { pane, node: pane.tree.root } : undefined;
  }

  #describe(place: Place): Node[] {
    const { node, pane } = place;
    const { model } = this.#app;
    const { place: where } = model.textOf(node.fn);
    const isOutward = pane.callers || this.#app.selection.view === 'up';
    const self = selfOf(this.#app, node);
    const parent = node.parent && node.parent.fn >= 0 ? node.parent : undefined;
    const facts = [
      el(
        'span',
        {},
        `${isOutward ? 'On the way here' : 'Total'} `,
        el('b', {}, describeAmount(this.#app, node.now, node.before)),
      ),
      isOutward ? undefined : el('span', {}, 'Self ', el('b', {}, describeAmount(this.#app, self.now, self.before))),
      parent
        ? // A name may run from right to left: it must not turn the words around it.
          el('span', {}, `${formatShare(node.now, parent.now)} of `, el('bdi', {}, model.textOf(parent.fn).name))
        : undefined,
    ];
    return [
      el('h2', {}, model.factsOf(node.fn).name || '(anonymous)'),
      el('p', { class: 'where' }, where),
      el('p', { class: 'facts' }, ...facts),
      ...this.#explain(place),
      this.#actions(node.fn),
    ];
  }

  #explain(place: Place): Node[] {
    const explanation = explainNode(this.#app, place);
    if (!explanation) return [];
    const { text, waiterFn, isMostly } = explanation;
    if (waiterFn < 0 || waiterFn === place.node.fn) return [el('p', { class: 'explanation' }, text)];
    const { name, place: where } = this.#app.model.textOf(waiterFn);
    const link = button(name, 'Callers and callees of it', () => this.#app.sandwich(waiterFn));
    const lead = isMostly ? ' Most of it really waits in ' : ' Who really waits: ';
    return [el('p', { class: 'explanation' }, `${text}${lead}`, link, where === '' ? '' : ` (${where})`)];
  }

  #actions(fn: number): Node {
    const { selection } = this.#app;
    const copy = button('Copy name', 'Copy the full name', () => {
      void copyText(this.#app.model.factsOf(fn).name).then((done) => {
        copy.textContent = done ? 'Copied' : 'Not allowed to copy';
      });
    });
    const isMiddle = selection.view === 'sandwich' && selection.fn === fn;
    return el(
      'p',
      { class: 'actions' },
      isMiddle ? undefined : button('Callers and callees', 'Sandwich view (s)', () => this.#app.sandwich(fn)),
      button('Find all', 'Search for it', () => this.#app.change({ query: this.#app.model.factsOf(fn).name })),
      copy,
      selection.path.length > 0
        ? button('Whole graph', 'Zoom out (Esc)', () => this.#app.change({ path: [], zoom: 0 }, true))
        : undefined,
    );
  }

  #describeProfile(): Node[] {
    const { model, weighed, unit, selection } = this.#app;
    const { title, baseTitle, notes, durationNs, timeMs, isOutline } = model.payload;
    const { now, before } = weighed;
    const facts = [
      el('span', {}, 'All ', el('b', {}, formatValue(now.sum, unit))),
      before ? el('span', {}, 'before ', el('b', {}, formatValue(before.sum, unit))) : undefined,
      durationNs > 0 ? el('span', {}, `taken over ${formatValue(durationNs, 'nanoseconds')}`) : undefined,
      timeMs > 0 ? el('span', {}, new Date(timeMs).toISOString().replace('T', ' ').slice(0, 19), ' UTC') : undefined,
    ];
    const hint = isOutline
      ? 'This is its outline: the rest is being read …'
      : selection.view === 'table'
        ? 'Choose a function for its callers and callees.'
        : matchMedia('(pointer: coarse)').matches
          ? 'Tap a box to zoom in; pinch and swipe sideways.'
          : 'Click a box to zoom in, press ? for the keys.';
    return [
      el('h2', {}, baseTitle === undefined ? title : `${title} compared with ${baseTitle}`),
      el('p', { class: 'facts' }, ...facts),
      ...notes.map((note) => el('p', { class: 'note' }, note)),
      now.sum === 0
        ? el('p', { class: 'explanation' }, emptyReason(selection.labels.length > 0))
        : el('p', { class: 'where' }, hint),
    ];
  }
}

function emptyReason(isFiltered: boolean): string {
  if (isFiltered) return 'No sample has these labels: take the filter off.';
  return 'The profile holds no samples of this type. That may mean nothing happened, or that recording was off: it is not proof of either.';
}

/** Pages from disk may not always use the clipboard. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
