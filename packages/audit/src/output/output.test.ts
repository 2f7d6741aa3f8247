import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Hazard, Problem } from '../hazard.ts';
import { readBaseline, writeBaseline } from '../report/baseline.ts';
import { type AuditReport, describeHazards } from '../report/finding.ts';
import { openSarifSchema } from '../testing/sarif-schema.ts';
import { writeTree } from '../testing/tree.ts';
import { toGithub } from './github.ts';
import { toSarif } from './sarif.ts';

const place = (line: number) => ({ file: 'src/a b.ts', line, column: 3, endLine: line, endColumn: 6 });

const hazard = (line: number): Hazard => ({
  rule: 'js/some-rule',
  severity: 'warning',
  message: 'Waits: 100 %, for ever.',
  help: 'Do not.',
  place: place(line),
  related: [{ place: place(1), message: 'opened here' }],
  fix: { title: 'Stop it', automatic: false, edits: [{ start: 2, end: 5, text: 'x()' }] },
});

const problems: Problem[] = [
  { file: 'b.ts', line: 2, column: 7, message: 'cannot be parsed: no' },
  { file: 'c.ts', message: 'gone' },
];

function reportOf(hazards: readonly Hazard[], text: string): AuditReport {
  return {
    findings: describeHazards(hazards, text),
    problems,
    rules: [{ id: 'js/some-rule', severity: 'warning', title: 'Something that waits' }],
    counts: { files: 3, generated: 0, tests: 0, suppressed: 0, known: 0, unchanged: 0 },
  };
}

describe('toSarif', () => {
  it('writes what the schema of SARIF 2.1.0 allows', async () => {
    const faultsIn = await openSarifSchema();
    assert.equal(faultsIn(toSarif(reportOf([hazard(2), hazard(3)], 'a\nb\nc\n'), '1.2.3')), '');
    assert.equal(faultsIn(toSarif({ ...reportOf([], ''), problems: [], rules: [] }, '1.2.3')), '');
    // The schema does find faults.
    assert.notEqual(faultsIn({ version: '2.1.0', runs: [{}] }), '');
  });
});

describe('toGithub', () => {
  it('writes one workflow command per finding and per problem', () => {
    assert.deepEqual(toGithub(reportOf([hazard(2)], 'a\nb\n')).split('\n'), [
      '::warning file=src/a b.ts,line=2,endLine=2,col=3,endColumn=6,title=js/some-rule::Waits: 100 %25, for ever.%0ADo not.',
      '::warning file=b.ts,line=2,col=7,title=not audited::cannot be parsed: no',
      '::warning file=c.ts,title=not audited::gone',
      '',
    ]);
  });
});

describe('fingerprints and the baseline', () => {
  it('follow a line wherever it moves, and tell equal lines apart', () => {
    const prints = (lines: number[], text: string) =>
      describeHazards(lines.map(hazard), text).map(({ fingerprint }) => fingerprint);
    const [first, second] = prints([1, 2], '  wait(a);\n  wait(a);\n');
    assert.notEqual(first, second);
    assert.deepEqual(prints([3, 5], '\n\nif (b) { wait(a);\n\nwait(a);\n'), [
      prints([3], '\n\nif (b) { wait(a);')[0],
      first,
    ]);
  });

  it('are written and read', () => {
    const file = join(writeTree({}), 'baseline.json');
    const { findings } = reportOf([hazard(2), hazard(3)], 'a\nb\nc\n');
    writeBaseline(file, findings);
    assert.deepEqual(readBaseline(file), new Set(findings.map(({ fingerprint }) => fingerprint)));
  });

  it('says what is wrong with a baseline', () => {
    const file = (text: string) => join(writeTree({ 'b.json': text }), 'b.json');
    assert.throws(() => readBaseline('/nope/b.json'), /cannot be read/);
    assert.throws(() => readBaseline(file('{')), /is not JSON/);
    assert.throws(() => readBaseline(file('[]')), /is none/);
    assert.throws(() => readBaseline(file('{"version":1,"known":[{}]}')), /known\[0\] has no fingerprint/);
  });
});
