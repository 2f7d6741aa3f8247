import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { FlameError } from '../errors.ts';
import { profileOf } from '../testing/profiles.ts';
import { renderFlamePage } from './render-page.ts';

const HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(2)>';

describe('renderFlamePage', () => {
  const profile = profileOf([{ stack: `main;${HOSTILE}`, values: [1], labels: [{ key: HOSTILE, value: HOSTILE }] }]);

  it('lets no name out as markup', () => {
    const html = renderFlamePage(profile, { title: HOSTILE });
    assert.ok(!html.includes('<img') && !html.includes('<script>alert'));
    assert.equal(html.match(/<script/g)?.length, 2);
    assert.match(html, /<title>&#60;/);
  });

  it('allows the two it holds, script and style, and no address', () => {
    const html = renderFlamePage(profile, { title: 'x' });
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? '';
    const [, script = ''] = /<script>([\s\S]*?)<\/script>/.exec(html) ?? [];
    const hash = createHash('sha256').update(script).digest('base64');
    assert.ok(policy.includes(`script-src 'sha256-${hash}'`));
    assert.ok(policy.startsWith("default-src 'none'"));
    assert.doesNotMatch(policy, /unsafe|https?:/);
    assert.doesNotMatch(html.replaceAll('http://www.w3.org/2000/svg', ''), /(src|href)\s*=\s*["']?https?:|url\(/);
  });

  it('refuses to compare what has nothing in common', () => {
    const heap = profileOf([], [{ type: 'inuse_space', unit: 'bytes' }]);
    const compare = () => renderFlamePage(profile, { title: 'x', base: { title: 'y', profile: heap } });
    assert.throws(compare, FlameError);
  });
});
