const DECLARATIONS = /\.d\.[cm]?ts$/;
const SCRIPT = /\.[cm]?[jt]sx?$/;

/** Dependencies and what tools wrote; folders whose name starts with a dot are passed over too. */
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set([
  'node_modules',
  'bower_components',
  'vendor',
  'third_party',
  'dist',
  'generated',
  '__generated__',
  'coverage',
]);

const GENERATED_NAME =
  /(?:\.min\.[cm]?js|\.d\.[cm]?ts|\.(?:pb|gen|generated)\.(?:go|[cm]?[jt]s)|_pb2?\.[cm]?[jt]s|-bundle\.js)$/;

const TEST_NAME = /(?:[._-](?:test|tests|spec|e2e|bench|stories)\.[cm]?[jt]sx?|_test\.go)$/;
const TEST_FOLDER =
  /(?:^|[\\/])(?:__tests__|__mocks__|__fixtures__|tests?|testing|fixtures|e2e|playwright|cypress|testdata)[\\/]/;

/** The Go convention, and the mark that many generators write; both stand at the top. */
const GENERATED_MARK = /^(?:\/\/ Code generated .* DO NOT EDIT\.$|.{0,8}@generated\b)/m;
const MARK_WITHIN = 2_000;

/** UTF-16 units per line, on average: nobody writes such a file; minifiers do. */
const MINIFIED_LINE = 400;
const MINIFIED_FROM = 20_000;

export function isGoFile(file: string): boolean {
  return file.endsWith('.go');
}

/** JavaScript or TypeScript with something to run in it. */
export function isScriptFile(file: string): boolean {
  return SCRIPT.test(file) && !DECLARATIONS.test(file);
}

export function isSkippedFolder(name: string): boolean {
  return SKIPPED_FOLDERS.has(name) || name.startsWith('.');
}

export function isGeneratedName(name: string): boolean {
  return GENERATED_NAME.test(name);
}

/** @param path Relative to the folder that is audited: where that lies says nothing. */
export function isTestPath(path: string): boolean {
  return TEST_NAME.test(path) || TEST_FOLDER.test(path);
}

export function isGeneratedText(text: string): boolean {
  if (GENERATED_MARK.test(text.slice(0, MARK_WITHIN))) return true;
  if (text.length < MINIFIED_FROM) return false;
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return text.length / lines > MINIFIED_LINE;
}
