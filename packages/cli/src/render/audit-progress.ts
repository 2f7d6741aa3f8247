/** Milliseconds before anything is shown, and between two lines: nobody wants to read about a short run. */
const FIRST_AFTER_MS = 1_000;
const EVERY_MS = 200;

export interface AuditProgress {
  readonly update: (done: number, total: number) => void;
  readonly close: () => void;
}

/** One line on a terminal that says how far it is; nothing elsewhere. */
export function openAuditProgress(
  stream: { readonly isTTY?: boolean; write(text: string): unknown },
  env: Readonly<Record<string, string | undefined>>,
): AuditProgress {
  if (!stream.isTTY || env.TERM === 'dumb') return { update: () => {}, close: () => {} };
  let nextAt = performance.now() + FIRST_AFTER_MS;
  let shown = false;
  return {
    update(done, total) {
      const now = performance.now();
      if (now < nextAt) return;
      nextAt = now + EVERY_MS;
      shown = true;
      const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
      stream.write(`\rholdup audit: ${done} of ${total} files, ${percent} %\x1b[K`);
    },
    close() {
      if (shown) stream.write('\r\x1b[K');
    },
  };
}
