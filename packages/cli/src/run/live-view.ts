import type { VerdictJson } from '@holdup/model';
import { type IncidentView, renderIncidentLine, renderSummary } from '../render/incident.ts';
import { type RenderOptions, styleOf } from '../render/style.ts';
import { renderFlameCommand, renderVerdict } from '../render/verdict.ts';
import { Tally, type Track } from './tally.ts';

export interface LiveViewOptions {
  readonly write: (text: string) => void;
  /** Asked anew for each text: a terminal can be resized. */
  readonly terminal: () => RenderOptions;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Only what must be known and the summary; no verdicts while the command runs. */
  readonly quiet: boolean;
  /** Keeps a verdict, in a file of its own or in one that is there; returns it, for `holdup flame`. undefined: it was not kept. */
  readonly keep: (verdict: VerdictJson, file?: string) => string | undefined;
}

/** An incident that goes on says so at most this often. */
const LINE_EVERY_MS = 5_000;
/** Whole verdicts and lines in one such stretch, over all incidents: what a person can read, and a log can bear. */
const MOST_VERDICTS = 3;
const MOST_LINES = 10;
/** Different notices kept apart; a host that makes up new ones does not fill the memory. */
const MOST_NOTICES = 100;

interface Told {
  /** Requests of the incident that the last text counted; 0: it was never told. */
  readonly count: number;
  readonly at: number;
  /** Its first verdict, until there was room to show it in full. */
  readonly owed?: VerdictJson;
  /** Where that is kept, as long as none with a profile is: the agent looks closer from the second late request on. */
  readonly file?: string;
}

/** Tells incidents as they happen: the first verdict of each in full, then its count now and then; a summary at the end. */
export class LiveView {
  readonly #options: LiveViewOptions;
  readonly #tally = new Tally();
  readonly #told = new Map<Track, Told>();
  readonly #notices = new Set<string>();
  readonly #startedAt: number;
  #stretch = { since: Number.NEGATIVE_INFINITY, verdicts: 0, lines: 0 };
  #watched = 0;
  #broken = 0;
  #whyBroken = '';

  constructor(options: LiveViewOptions) {
    this.#options = options;
    this.#startedAt = options.now();
  }

  verdict(verdict: VerdictJson): void {
    const track = this.#tally.add(verdict);
    if (this.#options.quiet) return;
    const told = this.#told.get(track) ?? { count: 0, at: Number.NEGATIVE_INFINITY, owed: verdict };
    this.#told.set(track, told);
    this.#tell(track, told);
    this.#addProfiled(track, verdict);
  }

  #addProfiled(track: Track, verdict: VerdictJson): void {
    const told = this.#told.get(track);
    if (told?.file === undefined || !verdict.profile) return;
    this.#options.keep(verdict, told.file);
    this.#told.set(track, { count: told.count, at: told.at });
  }

  /** Tells what is due. Call it about once a second: the last verdict of a burst is owed, too. */
  refresh(): void {
    for (const [track, told] of [...this.#told]) {
      if (this.#tally.has(track)) this.#tell(track, told);
      else this.#told.delete(track);
    }
  }

  #tell(track: Track, told: Told): void {
    const now = this.#options.now();
    const { count } = track.incident;
    if (told.owed && this.#mayTell('verdicts', MOST_VERDICTS)) {
      const terminal = this.#options.terminal();
      const file = this.#options.keep(told.owed);
      // On a line of its own: it is to be copied.
      const draw = file === undefined ? '' : `${renderFlameCommand(file, terminal)}\n`;
      this.#options.write(`\n${renderVerdict(told.owed, terminal)}\n${draw}\n`);
      const isOpen = file !== undefined && !told.owed.profile;
      this.#retell(track, { count: Math.max(1, told.count), at: now, ...(isOpen ? { file } : {}) });
    } else if (told.count < count && now - told.at >= LINE_EVERY_MS && this.#mayTell('lines', MOST_LINES)) {
      this.#options.write(`${renderIncidentLine(viewOf(track), this.#options.terminal())}\n`);
      this.#retell(track, { ...told, count, at: now });
    }
  }

  /** Who was told last goes to the end, so that under a flood every incident gets its turn. */
  #retell(track: Track, told: Told): void {
    this.#told.delete(track);
    this.#told.set(track, told);
  }

  /** Something the agent or we must say; the same text once. */
  notice(text: string): void {
    const clean = styleOf(this.#options.terminal()).clean(text);
    if (this.#notices.has(clean) || this.#notices.size >= MOST_NOTICES) return;
    this.#notices.add(clean);
    this.#options.write(`holdup: ${clean}\n`);
  }

  /** The agent runs in one more thread or process. */
  started(): void {
    this.#watched += 1;
  }

  /** "No late requests" must not be said of what nobody watched. */
  reportUnwatched(command: string): void {
    if (this.#watched > 0) return;
    this.notice(`nothing was watched: ${command} started no Node that loaded the agent; give it a Node service to run`);
  }

  broken(why: string): void {
    this.#broken += 1;
    this.#whyBroken ||= why;
  }

  /** What is said at the end of every run, `--json` or not. */
  reportBroken(): void {
    if (this.#broken === 0) return;
    const lines = this.#broken === 1 ? '1 line' : `${this.#broken} lines`;
    this.notice(`${lines} of the agent could not be read and were left out (the first: ${this.#whyBroken})`);
  }

  summary(): void {
    const incidents = this.#tally.tracks().map(viewOf);
    const ranMs = this.#options.now() - this.#startedAt;
    const summary = { incidents, dropped: this.#tally.dropped, ranMs };
    this.#options.write(`\n${renderSummary(summary, this.#options.terminal())}\n`);
  }

  #mayTell(what: 'verdicts' | 'lines', most: number): boolean {
    const now = this.#options.now();
    if (now - this.#stretch.since >= LINE_EVERY_MS) this.#stretch = { since: now, verdicts: 0, lines: 0 };
    if (this.#stretch[what] >= most) return false;
    this.#stretch[what] += 1;
    return true;
  }
}

function viewOf({ incident, lateMs }: Track): IncidentView {
  const { route, cause, culprit, count, worstMs, firstAtMs, lastAtMs } = incident;
  return { route, cause, culprit: culprit?.name ?? '', count, worstMs, lateMs, firstAtMs, lastAtMs };
}
