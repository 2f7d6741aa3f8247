/** The policy cannot be used as it is: what, where, what to write. */
export class PolicyError extends Error {
  readonly code = 'HOLDUP_AUDIT_POLICY';
}
