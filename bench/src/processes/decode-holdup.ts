/** Decodes and lays out one profile: `decode-holdup.js <file>`. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { buildFlame, readProfile } from '@holdup/profile';

const bytes = readFileSync(process.argv[2] ?? '');
const cpu = process.cpuUsage();
const start = performance.now();
const profile = readProfile(bytes, gunzipSync);
const decoded = performance.now();
const flame = profile && buildFlame(profile, profile.defaultType, 'top-down');
const laidOut = performance.now();
const { user, system } = process.cpuUsage(cpu);
process.send?.({
  report: {
    decodeMs: decoded - start,
    layoutMs: laidOut - decoded,
    cpuMs: (user + system) / 1000,
    rssMb: process.resourceUsage().maxRSS / 1024,
    samples: profile?.samples.stack.length ?? 0,
    boxes: flame?.width.reduce((boxes, width) => boxes + Math.sign(width), 0) ?? 0,
  },
});
