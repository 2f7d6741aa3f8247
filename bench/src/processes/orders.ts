/** How the bench and its child processes talk over IPC: an order with a number, an answer with the same number. */

/** What a process does on order: per kind, what it is given and what it answers. */
export type Protocol = Record<string, { readonly order: unknown; readonly answer: unknown }>;

export interface Order {
  readonly number: number;
  readonly kind: string;
  readonly order: unknown;
}

export type Answer =
  | { readonly number: number; readonly answer: unknown }
  | { readonly number: number; readonly error: string };

/** The first message of every process. */
export interface Ready {
  readonly ready: true;
  /** 0: it listens nowhere. */
  readonly port: number;
}

export type Handlers<P extends Protocol> = {
  readonly [K in keyof P]: (order: P[K]['order']) => P[K]['answer'] | Promise<P[K]['answer']>;
};

/** Answers the parent's orders until the parent goes. */
export function answerOrders<P extends Protocol>(port: number, handlers: Handlers<P>): void {
  process.on('message', async ({ number, kind, order }: Order) => {
    try {
      send({ number, answer: await handlers[kind as keyof P](order) });
    } catch (error) {
      send({ number, error: String(error) });
    }
  });
  // exit() and not a kill: --cpu-prof writes its file on the way out.
  process.once('disconnect', () => process.exit(0));
  send({ ready: true, port });
}

function send(message: Answer | Ready): void {
  if (process.connected) process.send?.(message);
}
