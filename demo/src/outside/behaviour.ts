/** How a partner behaves at the moment; sent by the driver over IPC. */
export interface Behaviour {
  /** Milliseconds from request to response headers. */
  readonly firstByteMs: number;
  /** Milliseconds from the first to the last byte of the body. */
  readonly bodyMs: number;
  /** Milliseconds the server takes before its part of the TLS handshake. */
  readonly handshakeMs: number;
}

/** A partner far enough away that calling it is no local affair. */
export const USUAL: Behaviour = { firstByteMs: 20, bodyMs: 0, handshakeMs: 0 };

export const PARTNERS = ['prices', 'rates', 'payments', 'images', 'couriers'] as const;

export type Partner = (typeof PARTNERS)[number];

export function hostOf(partner: Partner): string {
  return `${partner}.partners.test`;
}

export type PartnerOrder =
  | {
      readonly kind: 'start';
      readonly key: string;
      readonly cert: string;
      /** Connections the kernel may keep ready for this process to accept. */
      readonly backlog: number;
    }
  | { readonly kind: 'behave'; readonly partner: Partner; readonly behaviour: Behaviour }
  /** Stops doing anything at all for so long, like a process that swaps or collects garbage. */
  | { readonly kind: 'stall'; readonly ms: number };

export type PartnerReport =
  | { readonly kind: 'listening'; readonly port: number }
  /** Sent just before the stall. */
  | { readonly kind: 'stalling' };
