import { nodesOf, remember, resolve, type Tree } from './tree.ts';

const BROWSER_GLOBALS = ['window', 'document', 'localStorage', 'sessionStorage', 'location'];
const BROWSER_MODULES =
  /^(?:react|react-dom|vue|svelte|@angular\/|solid-js|preact|jquery|zustand|pinia|@tanstack\/|@vueuse\/|prosemirror-|@tiptap\/|@vue\/)/;
/** Vite's variables, and types that only pages have. */
const BROWSER_TEXT =
  /\bcredentials:\s*['"](?:include|same-origin)['"]|import\.meta\.env\b|\b(?:FileReader|XMLHttpRequest|HTML\w*Element|EventTarget)\b|\w: File\b/;

const WORKER_MEMBERS = new Set([
  'addEventListener',
  'postMessage',
  'onmessage',
  'clients',
  'registration',
  'skipWaiting',
]);

/** `${apiHost}/api/…` */
const OWN_SERVER = /`\$\{\w*(?:host|origin|url)\}\/api\//i;

/** Front-end code has a person before it who can go away. */
export function isBrowser(tree: Tree): boolean {
  return remember(tree, isBrowser, () => {
    if (tree.home?.project.isPage(tree.home.path)) return true;
    if (BROWSER_TEXT.test(tree.text) || isPagePart(tree)) return true;
    if (nodesOf(tree, 'JSXElement').length > 0 || /^\s*['"]use client['"]/.test(tree.text)) return true;
    const isGlobal = (name: string) =>
      (tree.references.get(name) ?? []).some(
        (node) => !resolve(tree, name, node) && node.parent?.type !== 'UnaryExpression',
      );
    if (BROWSER_GLOBALS.some(isGlobal) || isWorker(tree)) return true;
    return nodesOf(tree, 'ImportDeclaration').some(({ source }) => BROWSER_MODULES.test(source.value));
  });
}

/** Web workers and service workers: `self` of theirs, which Node does not have. */
function isWorker(tree: Tree): boolean {
  return (tree.references.get('self') ?? []).some(
    ({ parent }, index, all) =>
      parent?.type === 'MemberExpression' &&
      parent.object === all[index] &&
      parent.property.type === 'Identifier' &&
      WORKER_MEMBERS.has(parent.property.name) &&
      !resolve(tree, 'self', parent),
  );
}

/** Beside the pages of Next, neither route nor page nor action, with an address of its own server handed in: pages call it. */
function isPagePart({ home, text }: Tree): boolean {
  if (!home || !/[\\/]app[\\/](?:.*[\\/])?\([\w-]+\)[\\/]/.test(home.path)) return false;
  if (/[\\/](?:route|page|layout|template|actions?)\.[jt]sx?$/.test(home.path)) return false;
  return OWN_SERVER.test(text) && !/['"](?:server-only|use server)['"]/.test(text);
}
