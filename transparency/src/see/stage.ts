/** Puts what a behaviour sees on record: strings as they are, anything else described. */
export type See = (...parts: readonly unknown[]) => void;

/** What a behaviour is given. */
export interface Stage {
  readonly see: See;
  /** A record of its own: how the sides of a connection take turns is the kernel's business. */
  readonly side: (name: string) => See;
  /** Runs when the behaviour is over, last one first. */
  readonly after: (clean: () => unknown) => void;
  /** A PostgreSQL that behaviours may use, as a connection string. */
  readonly database: string;
  /** Others, where this machine has them; behaviours that need one run nowhere else. */
  readonly servers: Servers;
}

/** As URLs. */
export interface Servers {
  readonly redis?: string;
  readonly mysql?: string;
}

export type Behaviour = (stage: Stage) => unknown;

/** By what they show. Each is run twice: outside any request, and by a server for a request. */
export type Behaviours = Readonly<Record<string, Behaviour>>;
