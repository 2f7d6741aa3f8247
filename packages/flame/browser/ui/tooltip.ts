import type { App } from '../app.ts';
import type { Place } from '../draw/pane.ts';
import { explainNode } from '../explain.ts';
import { el } from './dom.ts';
import { describeAmount } from './numbers.ts';

/** Pixels between pointer and text. */
const OFFSET_PX = 14;

/** What is under the mouse, beside it. */
export class Tooltip {
  readonly element = el('div', { class: 'tooltip', role: 'tooltip', hidden: '' });
  readonly #app: App;
  #shown: Place | undefined;

  constructor(app: App) {
    this.#app = app;
  }

  show(place: Place | undefined, x: number, y: number): void {
    this.element.hidden = !place;
    if (!place) return;
    if (place.node !== this.#shown?.node) this.#fill(place);
    this.#shown = place;
    const frame = this.element.offsetParent;
    if (!frame) return;
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const left = Math.max(0, Math.min(x + OFFSET_PX, frame.clientWidth - width - 4));
    const fitsBelow = y + OFFSET_PX + height < frame.clientHeight;
    const top = Math.max(0, fitsBelow ? y + OFFSET_PX : y - OFFSET_PX - height);
    this.element.style.transform = `translate(${left}px, ${top + frame.scrollTop}px)`;
  }

  #fill(place: Place): void {
    const { node } = place;
    const { name, place: where } = this.#app.model.textOf(node.fn);
    const why = explainNode(this.#app, place)?.brief;
    this.element.replaceChildren(
      el('b', {}, name),
      el('span', { class: 'where' }, where),
      el('span', {}, describeAmount(this.#app, node.now, node.before)),
      why ? el('span', {}, why) : '',
    );
  }
}
