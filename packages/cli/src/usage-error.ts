/** The command could not be carried out as it was given: one line for the person, exit code 2. */
export class UsageError extends Error {
  readonly code = 'HOLDUP_USAGE';
  /** Subcommand, or empty. */
  readonly where: string;

  constructor(where: string, message: string) {
    super(message);
    this.where = where;
  }
}
