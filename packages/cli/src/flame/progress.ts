/** Milliseconds after which a person wonders whether anything happens. */
const PATIENCE_MS = 2_000;

/**
 * Says on stderr how far something is, from two seconds on and every two more.
 * @param describe Without the command's name.
 * @returns what ends it.
 */
export function tellProgress(describe: (passedMs: number) => string): () => void {
  const began = performance.now();
  const timer = setInterval(() => tellStep(describe(performance.now() - began)), PATIENCE_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** Bytes from which on drawing takes so long that it is announced: nothing can be said meanwhile. */
const LARGE_BYTES = 8 * 1024 * 1024;

/** Announces work that keeps the thread busy. */
export function tellLarge(bytes: number, what: string): void {
  if (bytes >= LARGE_BYTES) tellStep(`${what} (${toMegabytes(bytes)}) …`);
}

export function toMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 10e6 ? 1 : 0)} MB`;
}

function tellStep(text: string): void {
  process.stderr.write(`holdup flame: ${text}\n`);
}
