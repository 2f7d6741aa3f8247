export { VARIANTS } from './harness/variants.ts';
export { makePlan } from './overhead/plan.ts';
export { runOverhead, WORKLOADS } from './overhead/run.ts';
export { formatOverhead } from './overhead/table.ts';
