export type { Auditor, Edit, FileReport, Hazard, OpenAuditor, Place, Problem, RuleInfo, Severity } from './hazard.ts';
