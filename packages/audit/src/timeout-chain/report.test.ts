import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { toSarif } from '../output/sarif.ts';
import { openSarifSchema } from '../testing/sarif-schema.ts';
import { toAuditReport } from './report.ts';
import { chainOf } from './testing/chain-of.ts';
import { filesUnder } from './testing/page.ts';

const PAGES = new URL('../../fixtures/chains/', import.meta.url);

describe('a chain as SARIF', () => {
  it('is what the schema of SARIF 2.1.0 allows', async () => {
    const faultsIn = await openSarifSchema();
    for (const name of readdirSync(PAGES)) {
      const files = {
        ...filesUnder(readFileSync(new URL(name, PAGES), 'utf8'), 'Wrong'),
        'broken.yaml': 'kind: [\napiVersion: v1\n',
      };
      const report = toAuditReport(
        await chainOf(files),
        Object.entries(files).map(([file, text]) => ({ file, text })),
        { only: [], ignore: [], known: new Set() },
      );
      assert.ok(report.findings.length > 1 && report.problems.length > 0);
      assert.equal(faultsIn(toSarif(report, '1.2.3')), '', name);
    }
  });
});

describe('what cannot be read', () => {
  it('is one line for a chart of templates, with what to do', async () => {
    const template = (name: string) =>
      `apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ include "${name}" . }}\nspec:\n  {{- range .Values.ports }}\n  - port: {{ . }}\n  {{- end }}\n  type: x\n`;
    const { problems } = await chainOf({
      'shop/templates/a.yaml': template('a'),
      'shop/templates/b.yaml': template('b'),
      'other.yaml': template('c'),
    });
    assert.deepEqual(
      problems.map(({ file, line, message }) => `${file}:${line} ${message}`),
      [
        'shop/templates/a.yaml:4 a Helm template, not rendered: values in {{ … }} are unknown; run helm template shop > rendered.yaml and audit that (1 more file of it alike)',
        'other.yaml:4 a template, not rendered: values in {{ … }} are unknown; audit what it is rendered to',
      ],
    );
  });

  it('is named with its place, and the rest goes on', async () => {
    const { problems, hops, notUnderstood } = await chainOf({
      'nginx.conf':
        'server {\n  proxy_raed_timeout 5s;\n  location / { proxy_read_timeout 5x; proxy_pass http://a:1; }\n}\n',
      'k.yaml': 'apiVersion: v1\nkind: Pod\na: [1, 2\n',
      'traefik.toml': '[entryPoints.web]\naddress = ":80\n',
      'a.tf': 'resource "aws_lb" "x" {\n  idle_timeout = \n',
      'app.js': 'const x = {;\n',
      'my.cnf': '[mysqld]\nwait_timeout = abc\n',
    });
    assert.deepEqual(
      problems.map(({ file, line, column }) => `${file}:${line}:${column}`),
      ['nginx.conf:3:16', 'k.yaml:4:1', 'traefik.toml:2:15', 'a.tf:3:1', 'app.js:1:12', 'my.cnf:2:1'],
    );
    assert.deepEqual(
      hops.map(({ name }) => name),
      ['nginx /', 'alb x', 'mysql'],
    );
    assert.deepEqual(
      notUnderstood.map(({ setting, place }) => `${setting} ${place.line}`),
      ['proxy_raed_timeout 2'],
    );
  });
});
