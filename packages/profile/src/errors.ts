/**
 * `BROKEN`: damaged, or not as its format says. `TOO_LARGE`: beyond what LIMITS allows, or a compressed bomb. `MISMATCH`: profiles
 * that do not measure the same.
 */
type ProfileErrorCode = 'HOLDUP_PROFILE_BROKEN' | 'HOLDUP_PROFILE_TOO_LARGE' | 'HOLDUP_PROFILE_MISMATCH';

/** A profile that cannot be read; the message says what, where, and what to do, in one line. */
export class ProfileError extends Error {
  readonly code: ProfileErrorCode;

  constructor(code: ProfileErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * @param format As a person calls it: `pprof`, `V8 CPU profile`.
 * @param where Byte offset, line, or path of the field.
 */
export function broken(format: string, where: string, what: string, advice = 'take the profile again'): ProfileError {
  return new ProfileError('HOLDUP_PROFILE_BROKEN', `broken ${format}: ${what} at ${where}; ${advice}`);
}

export function tooLarge(what: string, limit: number, advice: string): ProfileError {
  return new ProfileError('HOLDUP_PROFILE_TOO_LARGE', `profile too large: more than ${limit} ${what}; ${advice}`);
}

/** As much of a text from outside as fits into a line of an error. */
export function quote(text: string): string {
  return JSON.stringify(text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text);
}

const QUOTED = 40;
