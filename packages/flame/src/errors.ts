type FlameErrorCode = 'HOLDUP_FLAME_NOTHING_IN_COMMON' | 'HOLDUP_FLAME_NO_SUCH_TYPE' | 'HOLDUP_FLAME_BAD_PATTERN';

/** What was asked for cannot be shown of this profile; the message is one line: what, and what there is instead. */
export class FlameError extends Error {
  readonly code: FlameErrorCode;

  constructor(code: FlameErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
