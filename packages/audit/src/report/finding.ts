import { createHash } from 'node:crypto';
import type { Hazard, Problem, RuleInfo } from '../hazard.ts';

/** Source lines around a hazard, as they stand in the file. */
export interface Frame {
  readonly firstLine: number;
  readonly lines: readonly string[];
}

/** A hazard with what a report says about the source around it. */
export interface Finding extends Hazard {
  readonly frame: Frame;
  /** Stays the same while the line's own text does, wherever the line moves within its file. 32 hex digits. */
  readonly fingerprint: string;
}

export interface AuditReport {
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  /** The rules that were asked. */
  readonly rules: readonly RuleInfo[];
  readonly counts: {
    /** Files that were read. */
    readonly files: number;
    /** Files passed over: written by a tool, or tests. */
    readonly generated: number;
    readonly tests: number;
    /** Findings left out: by a comment, by the baseline, by unchanged lines. */
    readonly suppressed: number;
    readonly known: number;
    readonly unchanged: number;
  };
}

/** Lines before and after the hazard's first. */
const AROUND = 1;
/** UTF-16 units of a line that a report carries. */
const MOST_LINE = 300;

/** Adds to the hazards of one file what reports need; the text is needed only here. */
export function describeHazards(hazards: readonly Hazard[], text: string): Finding[] {
  if (hazards.length === 0) return [];
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/);
  const seen = new Map<string, number>();
  return hazards.map((hazard) => {
    const { file, line } = hazard.place;
    const own = (lines[line - 1] ?? '').replace(/\s+/g, ' ').trim();
    const key = JSON.stringify([hazard.rule, file, own]);
    // The same line twice in a file: told apart by their order.
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    const firstLine = Math.max(1, line - AROUND);
    return {
      ...hazard,
      frame: { firstLine, lines: lines.slice(firstLine - 1, line + AROUND).map((it) => it.slice(0, MOST_LINE)) },
      fingerprint: createHash('sha256').update(`${key}#${nth}`).digest('hex').slice(0, 32),
    };
  });
}
