import type { FrameText } from '../../src/shared/frame-text.ts';

/** Colours of one theme. Frames differ by hue per package; whose code it is shows in warmth and strength. */
export interface Palette {
  readonly background: string;
  readonly text: string;
  readonly faint: string;
  readonly accent: string;
  readonly dimmed: string;
  readonly dimmedText: string;
  frame(text: FrameText): string;
  /** @param change From −1 (gone) to 1 (new). */
  change(change: number): string;
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

export function readPalette(isDark: boolean): Palette {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const tones = isDark ? DARK : LIGHT;
  const cache = new Map<string, string>();
  return {
    background: color('--canvas'),
    text: color('--frame-text'),
    faint: color('--faint'),
    accent: color('--accent'),
    dimmed: color('--dimmed'),
    dimmedText: color('--dimmed-text'),
    frame: (text) => {
      const key = `${text.kind}\n${text.kind === 'app' ? `${text.group}${text.name}` : text.group}`;
      const known = cache.get(key);
      if (known) return known;
      const made = colorOf(text, tones);
      cache.set(key, made);
      return made;
    },
    change: (change) => colorOfChange(change, isDark),
  };
}

function colorOf({ kind, group, name }: FrameText, { lightness, saturation }: Tones): string {
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
function colorOfChange(change: number, isDark: boolean): string {
  const strength = Math.sqrt(Math.min(1, Math.abs(change)));
  const lightness = isDark ? 26 + 14 * strength : 90 - 26 * strength;
  return hsl(change > 0 ? 22 : 212, 12 + 76 * strength, change === 0 ? (isDark ? 28 : 88) : lightness);
}

function hsl(hue: number, saturation: number, lightness: number): string {
  return `hsl(${hue} ${Math.round(saturation)}% ${Math.round(lightness)}%)`;
}

/** FNV-1a, 32 bits: the same package has the same colour in every page. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
