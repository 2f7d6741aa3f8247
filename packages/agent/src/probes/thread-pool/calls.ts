import crypto from 'node:crypto';
import fs from 'node:fs';
import zlib from 'node:zlib';

/** Functions of one module whose work the thread pool does. */
export interface PoolCalls {
  /** As people write it: `fs`, `crypto`, `zlib`. */
  readonly module: string;
  readonly target: object;
  readonly returns: 'callback' | 'promise';
  /** One job each. */
  readonly single: readonly string[];
  /** Several jobs, one after another. */
  readonly several: readonly string[];
}

const FILE_CALLS = [
  'access',
  'chmod',
  'chown',
  'copyFile',
  'lchown',
  'link',
  'lstat',
  'lutimes',
  'mkdir',
  'mkdtemp',
  'open',
  'opendir',
  'readdir',
  'readlink',
  'rename',
  'rmdir',
  'stat',
  'statfs',
  'symlink',
  'unlink',
  'utimes',
];

/** Not `close`: nobody waits for it. Nor what only calls the others of its module, as `fs.writeFile` does. */
export function listPoolCalls(): readonly PoolCalls[] {
  return [
    {
      module: 'fs',
      target: fs,
      returns: 'callback',
      single: [
        ...FILE_CALLS,
        'fchmod',
        'fchown',
        'fdatasync',
        'fstat',
        'fsync',
        'ftruncate',
        'futimes',
        'read',
        'readv',
        'write',
        'writev',
      ],
      several: ['readFile'],
    },
    {
      module: 'fs',
      target: fs.promises,
      returns: 'promise',
      single: [...FILE_CALLS, 'realpath'],
      several: ['readFile', 'writeFile', 'appendFile', 'cp', 'rm', 'truncate'],
    },
    {
      module: 'crypto',
      target: crypto,
      returns: 'callback',
      single: [
        'pbkdf2',
        'scrypt',
        'hkdf',
        'argon2',
        'randomBytes',
        'randomFill',
        'generateKey',
        'generateKeyPair',
        'generatePrime',
        'checkPrime',
        'sign',
        'verify',
      ],
      several: [],
    },
    {
      module: 'zlib',
      target: zlib,
      returns: 'callback',
      single: [],
      // One job for every piece of output.
      several: [
        'deflate',
        'deflateRaw',
        'gzip',
        'gunzip',
        'inflate',
        'inflateRaw',
        'unzip',
        'brotliCompress',
        'brotliDecompress',
        'zstdCompress',
        'zstdDecompress',
      ],
    },
  ];
}
