import type { Account } from './account.ts';
import type { CauseId } from './cause.ts';
import type { Ledger } from './ledger.ts';
import type { Frame } from './op.ts';
import type { Outcome, RequestId } from './request.ts';
import type { Ns } from './time.ts';

/** Who or what to look at. */
export interface Culprit {
  readonly kind: 'route' | 'host' | 'resource' | 'statement' | 'function' | 'caller' | 'runtime';
  /** `POST /report`, `api.example:443`, `UPDATE stock SET qty = ?`, `render (src/render.ts:12)`. */
  readonly name: string;
}

/** One step of the chain from the late request to who is responsible. */
export interface ChainLink {
  readonly kind: 'wait' | 'holder' | 'work' | 'leak' | 'cycle' | 'outside';
  readonly ns: Ns;
  readonly resource?: string;
  readonly route?: string;
  /** What the holder did meanwhile, for people. */
  readonly doing?: string;
  readonly stack?: readonly Frame[];
}

export interface EvidenceItem {
  /** Machine-readable sort of evidence: `pool-numbers`, `usual-time`, `stack` … */
  readonly kind: string;
  readonly text: string;
}

/** What a cause says about one request. */
export type Finding =
  | {
      readonly kind: 'confirmed';
      readonly cause: CauseId;
      /** How much of the wall time would not have been there without this cause. */
      readonly explained: Ns;
      /** 0: found in the request itself; n: found n holders away. */
      readonly depth: number;
      readonly culprit: Culprit;
      /** One sentence for 3 a.m. */
      readonly summary: string;
      readonly chain: readonly ChainLink[];
      readonly evidence: readonly EvidenceItem[];
      readonly fix: string;
    }
  | { readonly kind: 'ruled-out'; readonly cause: CauseId; readonly why: string }
  | { readonly kind: 'unknown'; readonly cause: CauseId; readonly missing: readonly string[] }
  /** The cause's own code failed; the others' findings stand. */
  | { readonly kind: 'failed'; readonly cause: CauseId; readonly error: string };

export type Confirmed = Extract<Finding, { kind: 'confirmed' }>;

export interface Verdict {
  readonly requestId: RequestId;
  readonly traceId: string;
  readonly route: string;
  readonly outcome: Outcome;
  readonly budget?: Ns;
  readonly budgetSource?: string;
  readonly wall: Ns;
  /** Ops that were too many to keep; their time lies in gaps of the ledger. */
  readonly droppedOps?: number;
  readonly ledger: Ledger;
  /** Names of resources and ops by ledger entry, for people. */
  readonly labels: ReadonlyMap<string, string>;
  /** `undetermined` when nothing explained enough. */
  readonly cause: CauseId | 'undetermined';
  readonly top?: Confirmed;
  /** Confirmed but smaller, largest first. */
  readonly contributing: readonly Confirmed[];
  readonly ruledOut: readonly Extract<Finding, { kind: 'ruled-out' }>[];
  readonly unknown: readonly Extract<Finding, { kind: 'unknown' }>[];
  readonly failed: readonly Extract<Finding, { kind: 'failed' }>[];
}

/** The JSON form of a verdict: public, documented in docs/verdict.md. */
export interface VerdictJson {
  readonly traceId: string;
  readonly route: string;
  readonly outcome: Outcome;
  /** ISO time the request started. */
  readonly startedAt: string;
  readonly budgetMs: number | null;
  readonly budgetSource: string | null;
  readonly wallMs: number;
  readonly ledger: readonly {
    readonly account: Account;
    readonly ms: number;
    readonly share: number;
    readonly resource?: string;
  }[];
  readonly verdict: {
    readonly cause: CauseId | 'undetermined';
    readonly culprit: Culprit | null;
    readonly explainedMs: number;
    readonly summary: string;
    readonly chain: readonly {
      readonly kind: ChainLink['kind'];
      readonly ms: number;
      readonly resource?: string;
      readonly route?: string;
      readonly doing?: string;
      readonly stack?: readonly string[];
    }[];
    readonly evidence: readonly EvidenceItem[];
    readonly contributing: readonly {
      readonly cause: CauseId;
      readonly explainedMs: number;
      readonly summary: string;
    }[];
    readonly ruledOut: readonly { readonly cause: CauseId; readonly why: string }[];
    readonly unknown: readonly { readonly cause: CauseId; readonly missing: readonly string[] }[];
    readonly failed?: readonly { readonly cause: CauseId; readonly error: string }[];
    readonly fix: string;
    readonly docs: string;
  };
  /** What was seen in its time while the agent looked closer; absent when it did not. */
  readonly profile?: ProfileSlice;
}

/** The part of a request's time that was profiled. Stacks are `function (file:line)`, innermost first. */
export interface ProfileSlice {
  /** Milliseconds since the request's start. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Between two samples. */
  readonly intervalMs: number;
  /** What the event loop ran, whoever it was for, largest first. */
  readonly cpu: readonly {
    readonly ms: number;
    /** Whom it was for, where that was seen. */
    readonly route?: string;
    /** It was for this very request. */
    readonly own?: true;
    readonly stack: readonly string[];
  }[];
  /** What the request itself waited for, by the stack that waits, largest first. */
  readonly waits: readonly {
    readonly ms: number;
    readonly account: string;
    /** Its stack is that of the same wait of another request of the route: of this one none was taken. */
    readonly ofAnother?: true;
    readonly stack: readonly string[];
  }[];
}
