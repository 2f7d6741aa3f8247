export { VARIANTS } from './harness/variants.ts';
export { runMemory } from './memory/run.ts';
export { formatMemory } from './memory/table.ts';
export { makePlan, WORKLOADS } from './overhead/plan.ts';
export { runOverhead } from './overhead/run.ts';
export { formatOverhead } from './overhead/table.ts';
export { runProfile } from './profile/run.ts';
export { formatProfiles } from './profile/table.ts';
