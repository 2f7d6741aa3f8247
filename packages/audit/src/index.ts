export { type AuditConfig, ConfigError, loadConfig } from './config.ts';
export { PathError } from './files/walk.ts';
export type {
  Auditor,
  Edit,
  FileReport,
  Hazard,
  OpenAuditor,
  Place,
  Problem,
  RuleInfo,
  Severity,
  SourceFile,
} from './hazard.ts';
export { toGithub } from './output/github.ts';
export { toJson } from './output/json.ts';
export { toSarif } from './output/sarif.ts';
export { BaselineError, readBaseline, writeBaseline } from './report/baseline.ts';
export { type AuditReport, describeHazards, type Finding, type Frame } from './report/finding.ts';
export { findChangedLines, SinceError } from './report/since.ts';
export { type AuditOptions, listRules, runAudit } from './run/run-audit.ts';
export { PolicyError } from './timeout-chain/policy-error.ts';
