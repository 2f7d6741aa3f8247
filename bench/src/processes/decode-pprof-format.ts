/** Decodes one profile by pprof-format and makes nothing of it: `decode-pprof-format.js <file> <folder of the peer>`. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

interface PprofFormat {
  readonly Profile: { decode(bytes: Uint8Array): { readonly sample: readonly unknown[] } };
}

const [file = '', folder = ''] = process.argv.slice(2);
const { Profile }: PprofFormat = createRequire(join(folder, 'package.json'))('pprof-format');
const bytes = readFileSync(file);
const cpu = process.cpuUsage();
const start = performance.now();
const profile = Profile.decode(file.endsWith('.gz') ? gunzipSync(bytes) : bytes);
const decodeMs = performance.now() - start;
const { user, system } = process.cpuUsage(cpu);
process.send?.({
  report: {
    decodeMs,
    cpuMs: (user + system) / 1000,
    rssMb: process.resourceUsage().maxRSS / 1024,
    samples: profile.sample.length,
  },
});
