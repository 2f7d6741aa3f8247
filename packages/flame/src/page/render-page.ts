import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import type { Profile } from '@holdup/profile';
import { type Payload, packPayload } from '../shared/payload.ts';
import { outlineOf } from './outline.ts';
import { type FlameOptions, prepareProfile } from './prepare.ts';

/** Higher levels take twice the time for a few per cent. */
const COMPRESSION_LEVEL = 6;

/**
 * A flame graph as one HTML file that opens from disk and asks the network for nothing. What the profile says stands in it only
 * compressed and in base64, which no browser takes for markup, and reaches the page only as text. A large profile has an outline before
 * the script, and itself behind it: the one is drawn while the browser still reads the other.
 * @throws FlameError when what is asked for is not in the profile.
 */
export function renderFlamePage(profile: Profile, options: FlameOptions): string {
  const { payload, tree } = prepareProfile(profile, options);
  const outline = outlineOf(payload, tree);
  const script = readBundle('page.js');
  const style = readBundle('page.css');
  // No connection, no frame, no image, and of scripts and styles only these two.
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(options.title)} · flame graph</title>
<style>${style}</style>
</head>
<body>
<noscript>This flame graph is drawn by a script in this file: allow scripts for it.</noscript>
${outline ? writeData('outline', outline) : ''}<script>${script}</script>
${writeData('profile', payload)}</body>
</html>
`;
}

/** What {@link renderFlamePage} says of markup holds here. */
function writeData(id: 'outline' | 'profile', payload: Payload): string {
  const data = deflateRawSync(packPayload(payload), { level: COMPRESSION_LEVEL }).toString('base64');
  return `<script type="application/octet-stream" id="${id}">${data}</script>\n`;
}

/** Made by scripts/bundle.mjs of browser/. */
function readBundle(name: string): string {
  return readFileSync(new URL(`../../bundle/${name}`, import.meta.url), 'utf8');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"'\p{Cc}]/gu, (sign) => `&#${sign.codePointAt(0)};`);
}
