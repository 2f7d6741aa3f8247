import type { PayloadLabel } from '../shared/payload.ts';

export type ViewName = 'down' | 'up' | 'sandwich' | 'table';

/** What is shown, as far as a link carries it. */
export interface Selection {
  readonly view: ViewName;
  readonly type: number;
  readonly widthBy: 'now' | 'before';
  /** Function in the middle of the sandwich; −1: none. */
  readonly fn: number;
  /** Functions from the root to the selected node. In the sandwich: below it, or above with `callers`. */
  readonly path: readonly number[];
  readonly callers: boolean;
  /** How much of the path fills the width. */
  readonly zoom: number;
  readonly query: string;
  readonly labels: readonly PayloadLabel[];
}

const VIEWS: readonly ViewName[] = ['down', 'up', 'sandwich', 'table'];
/** Longer paths would make links nobody can paste. */
const MOST_STEPS = 500;

export function startSelection(type: number): Selection {
  return { view: 'down', type, widthBy: 'now', fn: -1, path: [], callers: false, zoom: 0, query: '', labels: [] };
}

/** For `location.hash`, without the sign; only what differs from the start. */
export function writeLink(selection: Selection, start: Selection): string {
  const link = new URLSearchParams();
  const { view, type, widthBy, fn, path, callers, zoom, query, labels } = selection;
  if (view !== start.view) link.set('view', view);
  if (type !== start.type) link.set('type', String(type));
  if (widthBy !== start.widthBy) link.set('width', widthBy);
  if (fn >= 0 && view === 'sandwich') link.set('fn', String(fn));
  if (path.length > 0) link.set('at', path.slice(0, MOST_STEPS).join('.'));
  if (callers) link.set('callers', '1');
  if (zoom > 0) link.set('zoom', String(Math.min(zoom, MOST_STEPS)));
  if (query !== '') link.set('q', query);
  for (const { key, value } of labels) link.append('label', `${key}=${value}`);
  return link.toString();
}

/** Reads what {@link writeLink} wrote, or what somebody made of it: what is not valid is as in the start. */
export function readLink(hash: string, start: Selection, limits: { types: number; functions: number }): Selection {
  const link = new URLSearchParams(hash.replace(/^#/, ''));
  const path = (link.get('at') ?? '')
    .split('.')
    .filter((step) => step !== '')
    .map((step) => readIndex(step, limits.functions));
  const valid = path.findIndex((step) => step < 0);
  const steps = valid < 0 ? path : path.slice(0, valid);
  const type = readIndex(link.get('type'), limits.types);
  const zoom = readIndex(link.get('zoom'), MOST_STEPS + 1);
  return {
    view: VIEWS.find((view) => view === link.get('view')) ?? start.view,
    type: type < 0 ? start.type : type,
    widthBy: link.get('width') === 'before' ? 'before' : 'now',
    fn: readIndex(link.get('fn'), limits.functions),
    path: steps,
    callers: link.get('callers') === '1',
    zoom: Math.min(steps.length, Math.max(0, zoom)),
    query: link.get('q') ?? '',
    labels: link.getAll('label').map((text) => {
      const at = text.indexOf('=');
      return at < 0 ? { key: text, value: '' } : { key: text.slice(0, at), value: text.slice(at + 1) };
    }),
  };
}

function readIndex(text: string | null, limit: number): number {
  const value = text === null || !/^\d{1,9}$/.test(text) ? -1 : Number(text);
  return value < limit ? value : -1;
}
