/** A Go function's name, taken apart: `github.com/jackc/pgx/v5.(*Conn).Query` is `Query` of `*Conn` in `…/pgx/v5`. */
export interface GoName {
  /** Import path: `database/sql`. */
  readonly path: string;
  /** As a Go programmer writes it: `sql.(*DB).conn`. */
  readonly short: string;
  /** `*DB`; '' for a plain function. */
  readonly receiver: string;
  /** The package comes with Go. */
  readonly standard: boolean;
}

/**
 * First elements of import paths in Go's standard library. A path without a dot in its first element may also be a module of
 * one's own (`shop/internal/db`), so the list and not the dot decides. Source: `go list std` of Go 1.26.
 */
const STANDARD: ReadonlySet<string> = new Set(
  (
    'archive bufio bytes cmp compress container context crypto database debug embed encoding errors expvar flag fmt go hash html ' +
    'image index internal io iter log maps math mime net os path plugin reflect regexp runtime slices sort strconv strings ' +
    'structs sync syscall testing text time unicode unique unsafe vendor weak'
  ).split(' '),
);

export function packageOfGoName(name: string): GoName {
  // Type arguments hold import paths of their own.
  const bracket = name.indexOf('[');
  const plain = bracket < 0 ? name : name.slice(0, bracket);
  const slash = plain.lastIndexOf('/');
  const dot = plain.indexOf('.', slash + 1);
  if (dot < 0) return { path: '', short: name, receiver: '', standard: false };
  const path = plain.slice(0, dot).replaceAll('%2e', '.');
  const rest = name.slice(dot + 1);
  const [first = ''] = path.split('/');
  return { path, short: `${lastElement(path)}.${rest}`, receiver: readReceiver(rest), standard: STANDARD.has(first) };
}

/** The package's own name; a version such as `v5` says nothing without what stands before it. */
function lastElement(path: string): string {
  const parts = path.split('/');
  const versioned = parts.length > 1 && /^v\d+$/.test(parts.at(-1) ?? '');
  return parts.slice(versioned ? -2 : -1).join('/');
}

function readReceiver(rest: string): string {
  if (!rest.startsWith('(')) return '';
  const close = rest.indexOf(')');
  return close < 0 ? '' : rest.slice(1, close);
}
