/** The folder all paths have in common, with its closing slash; '' when there is none. A single path's is its own folder. */
export function rootOf(paths: readonly string[]): string {
  let root: string | undefined;
  for (const path of paths) {
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    root = root === undefined ? folder : commonFolder(root, folder);
    if (root === '') return '';
  }
  return root ?? '';
}

function commonFolder(one: string, other: string): string {
  let at = 0;
  while (at < one.length && at < other.length && one[at] === other[at]) at += 1;
  return one.slice(0, one.lastIndexOf('/', at - 1) + 1);
}
