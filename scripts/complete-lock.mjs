/**
 * `npm run lock`: after a change of dependencies, writes the lockfile entries that `npm install` leaves out.
 * npm skips a platform package that the registry at hand does not have, without a word; `npm ci` then refuses the lockfile on every
 * machine. The entries say only what the name says: npm fills in the rest where the package is wanted.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run-quiet.mjs';

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32', 'aix'];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

const file = join(root, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const missing = findMissing(lock.packages);
for (const { name, version, dev } of missing) {
  lock.packages[`node_modules/${name}`] = { version, ...readName(name), ...(dev ? { dev } : {}), optional: true };
  process.stdout.write(`added ${name}@${version}\n`);
}
if (missing.length > 0) {
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
}
process.stdout.write(`package-lock.json: ${missing.length} entries added\n`);

function findMissing(packages) {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {}, dev }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`])
      // Platform packages are pinned by those who need them; a range would have to be asked of a registry.
      .filter(([, version]) => /^\d/.test(version))
      .map(([name, version]) => ({ name, version, dev })),
  );
}

function readName(name) {
  const parts = name.split(/[/-]/);
  const os = SYSTEMS.find((system) => parts.includes(system));
  const cpu = PROCESSORS.find((processor) => parts.includes(processor));
  const libc = [
    ['musl', /^musl/],
    ['glibc', /^gnu/],
  ].find(([, sign]) => parts.some((part) => sign.test(part)))?.[0];
  return {
    ...(cpu ? { cpu: [cpu] } : {}),
    ...(libc && os === 'linux' ? { libc: [libc] } : {}),
    ...(os ? { os: [os] } : {}),
  };
}
