import type { GoPackage } from '../types/package.ts';

/** What a package can have values of, by the libraries it imports: their own, and those of the libraries these mention. */
export function openReach(
  libraries: ReadonlyMap<string, GoPackage>,
): (imports: ReadonlySet<string>) => ReadonlySet<string> {
  return (imports) => {
    const reached = new Set(imports);
    // A set that grows while it is walked is walked to its end.
    for (const path of reached) {
      for (const file of libraries.get(path)?.files ?? []) {
        for (const each of file.tree.imports) reached.add(each.path);
      }
    }
    return reached;
  };
}
