import type { Edit, Group, RuleInfo } from '../hazard.ts';
import type { Node, Tree } from './tree.ts';

/** What a rule says about one node; the place is the node's. */
export interface Report {
  readonly node: Node;
  readonly message: string;
  readonly help: string;
  readonly related?: readonly { readonly node: Node; readonly message: string }[];
  readonly fix?: { readonly title: string; readonly automatic: boolean; readonly edits: readonly Edit[] };
  readonly group?: Group;
}

/** One kind of hazard. The same rule runs in `holdup audit` and in ESLint. */
export interface Rule extends RuleInfo {
  /** Runs only where the text has this: without any rule to run the tree is not even built. */
  readonly words?: RegExp;
  /** Runs where the file uses a client or a database, its own or one of another file of the project. */
  readonly libraries?: true;
  find(tree: Tree): Iterable<Report>;
}
