import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The versions of ESLint that the plugin is for, by their folders. */
export function eslints(): readonly (readonly [major: number, folder: string])[] {
  const folderOf = (url: string): string => dirname(fileURLToPath(url));
  return [
    [9, folderOf(import.meta.resolve('eslint-9/package.json'))],
    [10, folderOf(import.meta.resolve('eslint/package.json'))],
  ];
}
