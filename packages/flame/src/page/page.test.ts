import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { type Profile, readProfile } from '@holdup/profile';
import { findChromium, launchChromium } from '@holdup/testkit';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type Line, largeProfile, profileOf } from '../testing/profiles.ts';
import { renderFlamePage } from './render-page.ts';

const HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(2)>"\'`\u2028\u202e';
const TYPES = [
  { type: 'samples', unit: 'count' },
  { type: 'cpu', unit: 'nanoseconds' },
];
const route = (value: string) => [{ key: 'route', value }];
const LINES: readonly Line[] = [
  { stack: 'main;handler;query', values: [6, 60e6], labels: route('GET /') },
  { stack: 'main;handler;render;query', values: [3, 30e6], labels: route('POST /report') },
  { stack: `main;${HOSTILE}`, values: [1, 10e6], labels: route(HOSTILE) },
];
const PARKED = 'main.main;main.work;sync.(*Mutex).Lock;sync.runtime_SemacquireMutex;runtime.semacquire1;runtime.gopark';

const chromium = findChromium();
/** The page does not depend on the Node that wrote it, and a browser takes seconds to start: the oldest tries it for all. */
const isTried = process.versions.node.startsWith('20.');
const skip = !isTried ? 'the page is the same on every Node, tried on 20' : 'missing' in chromium && chromium.missing;

describe('the page in Chromium', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdup flame '));
  let browser: Browser;

  before(async () => {
    if ('path' in chromium) browser = await launchChromium(chromium.path);
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens the profile from disk; fails on any script's error, dialog, or request beside the file. */
  async function open(profile: Profile, options: { hash?: string; base?: Profile } & BrowserContextOptions = {}) {
    const { hash = '', base, ...context } = options;
    const file = join(folder, `${Math.random()}.html`);
    writeFileSync(
      file,
      renderFlamePage(profile, { title: HOSTILE, ...(base ? { base: { title: 'base', profile: base } } : {}) }),
    );
    const page = await (await browser.newContext({ offline: true, ...context })).newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => faults.push(message.text()));
    page.on('dialog', (dialog) => {
      faults.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) faults.push(request.url());
    });
    await page.goto(`${pathToFileURL(file).href}${hash}`);
    await page.waitForSelector('body:not([inert]) .details h2');
    return { page, faults };
  }

  const details = async (page: Page): Promise<string> => (await page.locator('.details').textContent()) ?? '';
  const hashOf = (page: Page): string => decodeURIComponent(new URL(page.url()).hash);
  /** Row of the canvas, from 0; x as a part of its width. */
  async function click(page: Page, row: number, x: number, rowPx = 20): Promise<void> {
    const width = (await page.locator('canvas').boundingBox())?.width ?? 0;
    await page.locator('canvas').click({ position: { x: width * x, y: (row + 0.5) * rowPx } });
  }

  it('takes no name for markup: neither in the page, its title, nor in what it saves', async () => {
    const { page, faults } = await open(profileOf(LINES, TYPES));
    assert.equal(await page.locator('img, script[src]').count(), 0);
    await click(page, 2, 0.95);
    assert.ok((await details(page)).includes('<img src=x onerror=alert(2)>'));
    await page.getByRole('button', { name: 'Table' }).click();
    await page.getByText('Filter').click();
    assert.deepEqual(faults, []);
  });

  it('zooms by a click, keeps it in the address, and goes back', async () => {
    const { page, faults } = await open(profileOf(LINES, TYPES));
    await click(page, 3, 0.1);
    assert.match(await details(page), /^query[\s\S]*Total 60 ms \(60\.0 %\)[\s\S]*66\.7 % of handler/);
    const { hash } = new URL(page.url());
    assert.match(hash, /^#at=[\d.]+&zoom=3$/);
    await page.goBack();
    assert.match(await details(page), /All 100 ms/);
    const again = await open(profileOf(LINES, TYPES), { hash });
    await again.page.reload();
    await again.page.waitForSelector('.details h2');
    assert.match(await details(again.page), /^query[\s\S]*60 ms/);
    assert.deepEqual([...faults, ...again.faults], []);
  });

  it('searches with the share of the whole, nothing twice', async () => {
    const { page } = await open(profileOf(LINES, TYPES));
    await page.keyboard.press('/');
    await page.keyboard.type('/QUERY|render/');
    assert.equal(await page.locator('.found').textContent(), '90.0 % · 90 ms in 2 functions');
    await page.keyboard.press('Enter');
    assert.match(await details(page), /^query|^render/);
    await page.keyboard.press('n');
    assert.match(await details(page), /^query|^render/);
    await page.keyboard.press('/');
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('.found').textContent(), '');
  });

  it('switches the sample type and filters by label', async () => {
    const { page } = await open(profileOf(LINES, TYPES));
    await page.getByLabel('Sample type').selectOption('samples (count)');
    await page.getByText('Filter').click();
    await page.getByLabel('route', { exact: true }).fill('POST /report');
    await page.keyboard.press('Enter');
    assert.match(await details(page), /All 3/);
    assert.equal(hashOf(page), '#type=0&label=route=POST+/report');
    await page.getByRole('button', { name: 'route: POST /report' }).click();
    assert.match(await details(page), /All 10/);
  });

  it('is driven by the keyboard alone', async () => {
    const { page } = await open(profileOf(LINES, TYPES));
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowLeft', 'ArrowDown', 'ArrowRight', 'Enter'])
      await page.keyboard.press(key);
    assert.match(await details(page), /^render[\s\S]*30 ms/);
    await page.keyboard.press('s');
    assert.match(hashOf(page), /^#view=sandwich&fn=\d+$/);
    await page.keyboard.press('ArrowUp');
    assert.match(await details(page), /^handler[\s\S]*On the way here 30 ms/);
    await page.keyboard.press('i');
    assert.match(hashOf(page), /view=up/);
    await page.keyboard.press('?');
    assert.ok(await page.getByRole('dialog').isVisible());
  });

  it('shows the outline of a large profile, then all of it in its place', async () => {
    const large = largeProfile(7919);
    const { page, faults } = await open(large, { viewport: { width: 1280, height: 500 } });
    const marks = await page.evaluate("performance.getEntriesByType('mark').map(({ name }) => name).join()");
    assert.match(String(marks), /^outline drawn/);
    assert.equal(await page.locator('header').count(), 1);
    await click(page, 2, 0.05);
    assert.match(await details(page), /^group\d+[\s\S]*% of main/);
    await page.keyboard.press('ArrowDown');
    assert.match(await details(page), /^leaf\d+/);
    const { hash } = new URL(page.url());
    const again = await open(large, { hash });
    assert.match(await details(again.page), /^leaf\d+/);
    assert.deepEqual([...faults, ...again.faults], []);
  });

  it('says what a parked goroutine waits for, and who really waits', async () => {
    const { page } = await open(profileOf([{ stack: PARKED, values: [3] }]));
    await click(page, 6, 0.5);
    assert.match(await details(page), /it waits for a sync\.Mutex somebody else holds\. Who really waits: main\.work/);
    await page.getByRole('button', { name: 'main.work' }).click();
    assert.match(hashOf(page), /view=sandwich/);
  });

  it('compares: what it was, what it is, and what is gone', async () => {
    const base = profileOf([{ stack: 'main;old', values: [3] }]);
    const { page } = await open(profileOf([{ stack: 'main;new', values: [1] }]), { base });
    await click(page, 2, 0.5);
    assert.match(await details(page), /^new[\s\S]*0 ns \(0\.0 %\) → 1 ns \(100\.0 %\), \+100\.0 points/);
    await page.getByLabel('Width of the boxes').selectOption('as wide as before');
    await click(page, 2, 0.5);
    assert.match(await details(page), /^old[\s\S]*−100\.0 points/);
  });

  it('saves a picture and folded stacks', async () => {
    const { page } = await open(profileOf(LINES, TYPES));
    const save = async (name: string): Promise<string> => {
      await page.locator('summary', { hasText: 'Save' }).click();
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
      await page.locator('summary', { hasText: 'Save' }).click();
      return readFileSync(await download.path(), 'utf8');
    };
    const svg = await save('Picture');
    const shapes = await page.evaluate(
      `new DOMParser().parseFromString(${JSON.stringify(svg)}, 'image/svg+xml').querySelectorAll('g > rect, script, parsererror').length`,
    );
    assert.equal(shapes, 7);
    const folded = await save('Folded');
    assert.match(folded, /^main;handler;query 60000000$/m);
    const read = readProfile(Buffer.from(folded), (bytes) => gunzipSync(bytes));
    assert.equal(
      read?.samples.values.reduce((sum, value) => sum + value, 0n),
      100_000_000n,
    );
  });

  it('is used by touch on a narrow screen, with nothing wider than it', async () => {
    const { page } = await open(profileOf(LINES, TYPES), {
      viewport: { width: 390, height: 780 },
      hasTouch: true,
      isMobile: true,
    });
    await page.locator('canvas').tap({ position: { x: 100, y: 2.5 * 28 } });
    assert.match(await details(page), /^handler/);
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390);
  });

  it('is pinched and dragged by fingers', async () => {
    const viewport = { width: 390, height: 780 };
    const { page } = await open(profileOf(LINES, TYPES), { viewport, hasTouch: true, isMobile: true });
    const session = await page.context().newCDPSession(page);
    const { y = 0 } = (await page.locator('canvas').boundingBox()) ?? {};
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...xs: number[]) =>
      session.send('Input.dispatchTouchEvent', { type, touchPoints: xs.map((x, id) => ({ x, y: y + 70, id })) });
    const tapAt = (x: number) => page.locator('canvas').tap({ position: { x, y: 2.5 * 28 } });
    // The box at the right end is the hostile one; pinched about the left end, it is the wide one beside it.
    await touch('touchStart', 20, 60);
    for (const apart of [100, 200, 330]) await touch('touchMove', 10, 10 + apart);
    await touch('touchEnd');
    await tapAt(380);
    assert.match(await details(page), /^handler/);
    await page.keyboard.press('Escape');
    await page.waitForTimeout(300);
    await touch('touchStart', 20, 60);
    for (const apart of [100, 200, 330]) await touch('touchMove', 10, 10 + apart);
    await touch('touchEnd');
    for (let drag = 0; drag < 10; drag += 1) {
      await touch('touchStart', 370);
      for (const x of [300, 150, 10]) await touch('touchMove', x);
      await touch('touchEnd');
    }
    await tapAt(300);
    assert.match(await details(page), /^<\/script>/);
  });

  it('follows the theme of the system until one is chosen by hand', async () => {
    const { page } = await open(profileOf(LINES, TYPES), { colorScheme: 'dark' });
    // The browser tells of a change with its next frame.
    const sees = (theme: string) => page.waitForSelector(`html[data-theme=${theme}]`);
    await sees('dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await sees('light');
    await page.getByTitle('Light or dark').click();
    await sees('dark');
  });

  it('shows a harmless line for a damaged file', async () => {
    const file = join(folder, 'cut.html');
    const html = renderFlamePage(profileOf(LINES, TYPES), { title: 'x' });
    writeFileSync(file, html.replace(/(id="profile">.{60})[^<]*/, '$1'));
    const page = await browser.newPage();
    await page.goto(pathToFileURL(file).href);
    assert.match((await page.locator('.failed').textContent()) ?? '', /cannot be shown/);
  });
});
