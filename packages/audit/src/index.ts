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
