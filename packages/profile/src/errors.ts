/** `broken`: damaged or not as its format says. `too-large`: beyond what {@link LIMITS} allows, or a compressed bomb. */
type ProfileErrorCode = 'HOLDUP_PROFILE_BROKEN' | 'HOLDUP_PROFILE_TOO_LARGE';

/** A profile that cannot be read; the message says what, where, and what to do, in one line. */
export class ProfileError extends Error {
  readonly code: ProfileErrorCode;

  constructor(code: ProfileErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export function tooLarge(what: string, limit: number, advice: string): ProfileError {
  return new ProfileError('HOLDUP_PROFILE_TOO_LARGE', `profile too large: more than ${limit} ${what}; ${advice}`);
}
