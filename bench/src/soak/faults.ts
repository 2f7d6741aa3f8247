/** What the service of the soak can be made to do; the first is nothing. */
export const SOAK_FAULTS = ['none', 'blocked loop', 'slow query', 'slow work', 'refused calls', 'given up'] as const;

export type SoakFault = (typeof SOAK_FAULTS)[number];
