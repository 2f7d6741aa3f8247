/** What was asked for could not be delivered. */
const EXIT_NOT_WRITTEN = 2;

/**
 * What is written when a reader leaves or a disk is full is lost, but breaks nothing. A reader that left, as in `| head`, has what it
 * wanted; anything else is said, and the exit code is not one of a command that did its work.
 */
export function watchOutput(host: NodeJS.Process): void {
  // Nowhere is left to say it.
  host.stderr.on('error', () => {});
  let isSaid = false;
  host.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || isSaid) return;
    isSaid = true;
    host.stderr.write(`holdup: ${describeLoss(error)}\n`);
    host.once('exit', () => {
      host.exitCode = EXIT_NOT_WRITTEN;
    });
  });
}

/** One line for the person. */
export function describeLoss(error: Error): string {
  return `the output cannot be written: ${error.message.replace(/, write$/, '')}; free some space, or write it elsewhere`;
}
