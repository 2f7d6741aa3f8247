import { closeSync, constants, openSync, writeSync } from 'node:fs';
import type { AgentConfig } from '../config.ts';

/** Writes one line. Never throws; returns why it could not be written. */
export type Sink = (line: string) => Error | undefined;

/**
 * Synchronous on purpose: lines are few, must be out before a `process.exit` and must not hold the process open.
 * A pipe nobody reads (EAGAIN) loses the line rather than stopping the host.
 */
export function openSink(config: AgentConfig['sink']): Sink {
  switch (config.kind) {
    case 'none':
      return () => undefined;
    case 'stdout':
      return attempt((line) => writeSync(1, line));
    case 'stderr':
      return attempt((line) => writeSync(2, line));
    case 'file':
      return attempt((line) => appendLine(config.path, line));
  }
}

/** A named pipe without a reader would stop the host until one comes: opened so, it is an error (ENXIO). */
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;

/** Not `appendFileSync`, which takes its bytes from the buffer pool that the host, if interrupted, may be filling. */
function appendLine(path: string, line: string): void {
  const file = openSync(path, APPEND, 0o600);
  try {
    writeSync(file, line);
  } finally {
    closeSync(file);
  }
}

function attempt(write: (line: string) => unknown): Sink {
  return (line) => {
    try {
      write(`${line}\n`);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  };
}
