import type { FrameText } from '../../src/shared/frame-text.ts';

/** A colour as a canvas keeps it in memory: `0xaabbggrr`. */
export type Pixel = number;

/** Colours of one theme. Frames differ by hue per package; whose code it is shows in warmth and strength. */
export interface Palette {
  readonly background: Pixel;
  readonly text: Pixel;
  readonly faint: Pixel;
  readonly accent: Pixel;
  readonly dimmed: Pixel;
  readonly dimmedText: Pixel;
  /** What a search found. */
  readonly match: Pixel;
  frame(text: FrameText): Pixel;
  /** @param change From −1 (gone) to 1 (new). */
  change(change: number): Pixel;
}

interface Tones {
  /** Per cent, HSL. */
  readonly lightness: number;
  readonly saturation: number;
}

const LIGHT: Tones = { lightness: 74, saturation: 70 };
const DARK: Tones = { lightness: 33, saturation: 42 };

/** Own code is warm; dependencies have all other hues. Degrees. */
const OWN_HUES = { first: 18, count: 34 };
const OTHER_HUES = { first: 85, count: 215 };

/** Steps in which a change is shown: finer ones nobody sees. */
const CHANGE_STEPS = 64;

/** Of the theme the page has. */
export function readPalette(isDark: boolean): Palette {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): Pixel => fromHex(style.getPropertyValue(name).trim());
  const tones = isDark ? DARK : LIGHT;
  const changes = Array.from({ length: 2 * CHANGE_STEPS + 1 }, (_, at) => {
    return colorOfChange((at - CHANGE_STEPS) / CHANGE_STEPS, isDark);
  });
  return {
    background: color('--canvas'),
    text: color('--frame-text'),
    faint: color('--faint'),
    accent: color('--accent'),
    dimmed: color('--dimmed'),
    dimmedText: color('--dimmed-text'),
    match: color('--match'),
    frame: (text) => colorOf(text, tones),
    change: (change) => changes[Math.round(change * CHANGE_STEPS) + CHANGE_STEPS] ?? 0,
  };
}

/** `#rrggbb`. */
export function toCss(pixel: Pixel): string {
  const swapped = ((pixel & 0xff) << 16) | (pixel & 0xff00) | ((pixel >>> 16) & 0xff);
  return `#${swapped.toString(16).padStart(6, '0')}`;
}

function fromHex(text: string): Pixel {
  const value = Number.parseInt(text.slice(1), 16);
  return toPixel((value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

function toPixel(red: number, green: number, blue: number): Pixel {
  return ((0xff << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

function colorOf({ kind, group, name }: FrameText, { lightness, saturation }: Tones): Pixel {
  switch (kind) {
    case 'app':
      return hsl(OWN_HUES.first + (hash(group + name) % OWN_HUES.count), saturation + 15, lightness - 2);
    case 'library':
      return hsl(OTHER_HUES.first + (hash(group) % OTHER_HUES.count), saturation * 0.65, lightness + 2);
    case 'runtime':
      return hsl(215, 14, lightness + 4);
    case 'state':
      return name === '(garbage collector)' ? hsl(345, saturation * 0.8, lightness) : hsl(215, 6, lightness + 10);
  }
}

/** Orange grew, blue shrank: told apart by the colour-blind too. */
function colorOfChange(change: number, isDark: boolean): Pixel {
  const strength = Math.sqrt(Math.min(1, Math.abs(change)));
  const lightness = isDark ? 26 + 14 * strength : 90 - 26 * strength;
  return hsl(change > 0 ? 22 : 212, 12 + 76 * strength, change === 0 ? (isDark ? 28 : 88) : lightness);
}

/** @param hue Degrees. @param saturation Per cent, as `lightness`. */
function hsl(hue: number, saturation: number, lightness: number): Pixel {
  const light = lightness / 100;
  const reach = (saturation / 100) * Math.min(light, 1 - light);
  const channel = (offset: number): number => {
    const turn = (offset + hue / 30) % 12;
    return Math.round(255 * (light - reach * Math.max(-1, Math.min(turn - 3, 9 - turn, 1))));
  };
  return toPixel(channel(0), channel(8), channel(4));
}

/** FNV-1a, 32 bits: the same package has the same colour in every page. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
