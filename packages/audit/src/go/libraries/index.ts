import { parseGo } from '../syntax/parse-declarations.ts';
import { addFile, createPackage, type GoPackage } from '../types/package.ts';
import { BASE } from './base.ts';
import { CHAINS } from './chains.ts';
import { DATABASE } from './database.ts';
import { FRAMEWORKS } from './frameworks.ts';
import { NET } from './net.ts';

const TEXTS = { ...BASE, ...CHAINS, ...DATABASE, ...FRAMEWORKS, ...NET };

const KNOWN = new Set(Object.keys(TEXTS));

/** The libraries whose types the rules know, by import path. */
export function openLibraries(): ReadonlyMap<string, GoPackage> {
  const libraries = new Map<string, GoPackage>();
  for (const [path, text] of Object.entries(TEXTS)) {
    const tree = parseGo(text);
    const [problem] = tree.problems;
    if (problem !== undefined) throw new Error(`the signatures of ${path}, at ${problem.pos}: ${problem.message}`);
    const pkg = createPackage(path, tree.packageName);
    addFile(pkg, tree);
    libraries.set(path, pkg);
  }
  return libraries;
}

/** Imported by most packages, and of interest only beside one of the others. */
const COMMON = new Set(['io', 'log', 'sync', 'testing', 'time']);

/** Whether a rule may have something to look at in a package that imports this. */
export function concernsRequests(path: string): boolean {
  return !COMMON.has(path) && KNOWN.has(path);
}
