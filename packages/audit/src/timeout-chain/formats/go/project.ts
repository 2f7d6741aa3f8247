import type { ConfigFile } from '../../hop.ts';
import { namedChildren, type SyntaxNode } from '../../trees/grammar.ts';
import type { FormatContext } from '../format.ts';
import { GoNames, type GoValue, parsedText } from './values.ts';

/** Files that settings are looked for in: a bound on the work. */
const MOST_FILES = 40;
/** Types of net/http and database/sql whose fields bear the same names as people's own settings. */
const NOT_SETTINGS = /^&?(?:http|sql|pgxpool|net|grpc)\./;

/** What lies in the other files of a Go program: constants of its packages, defaults of its settings. */
export class GoProject {
  readonly #context: FormatContext;
  readonly #file: string;
  readonly #depth: number;

  constructor(context: FormatContext, file: string, depth = 0) {
    this.#context = context;
    this.#file = file;
    this.#depth = depth;
  }

  variable(name: string): { readonly value: string | undefined; readonly where: string } | undefined {
    return this.#context.variable(name, this.#file);
  }

  /** A constant or variable of this package that another file declares; `path`: of the package imported as that. */
  constant(name: string, path?: string): GoValue | undefined {
    const folder = folderOf(this.#file);
    const values = this.#search(name, (names) => [names.packageLevel(name)]).filter(({ file }) =>
      path === undefined
        ? folderOf(file) === folder && file !== this.#file
        : `/${folderOf(file)}`.endsWith(`/${path.split('/').slice(-1)[0] ?? ''}`) && sharesTail(folderOf(file), path),
    );
    return values.length === 1 ? values[0]?.value : undefined;
  }

  /** What a field of settings has when nobody sets it: by its tag, a literal, an assignment or a flag. Where they disagree it is not known. */
  field(name: string): GoValue | undefined {
    const found = this.#search(name, (names, root) => [
      ...tagged(name, root, this),
      ...written(name, root, names),
      ...flagged(name, root, names),
    ]);
    const values = nearest(found, this.#file).map(({ value }) => value);
    const [first] = values;
    if (!first || values.some((it) => it.value !== first.value || it.duration !== first.duration)) return undefined;
    return { ...first, note: first.note ?? 'unless set from outside' };
  }

  /** `viper.SetDefault("server.read_timeout", "5s")`, `&cli.DurationFlag{Name: "read-timeout", Value: …}`. */
  named(key: string): GoValue | undefined {
    const found = this.#search(`"${key}"`, (names, root) => [
      ...calls(root).flatMap((call) => {
        const [first, second] = argumentsOf(call);
        return /\.SetDefault$/.test(call.childForFieldName('function')?.text ?? '') && names.text(first) === key
          ? [names.value(second)]
          : [];
      }),
      ...nodes(root, 'composite_literal').flatMap((literal) =>
        /^(?:cli|pflag)\.\w*Flag$/.test(literal.childForFieldName('type')?.text ?? '') &&
        names.text(keyed(literal, 'Name')) === key
          ? [names.value(keyed(literal, 'Value'))]
          : [],
      ),
    ]);
    const values = nearest(found, this.#file);
    return values.length === 1 && values[0] ? { ...values[0].value, note: 'unless set from outside' } : undefined;
  }

  #search(
    text: string,
    read: (names: GoNames, root: SyntaxNode) => readonly (GoValue | undefined)[],
  ): { readonly file: string; readonly value: GoValue }[] {
    const { grammars } = this.#context;
    if (!grammars || this.#depth > 1) return [];
    const files = this.#context
      .mentioning(text)
      .filter(({ file }) => file.endsWith('.go') && !file.endsWith('_test.go'));
    return files.slice(0, MOST_FILES).flatMap((file: ConfigFile) => {
      const project = new GoProject(this.#context, file.file, this.#depth + 1);
      const { result } = grammars.go.read(file, (root) => read(new GoNames(root, project), root));
      return (result ?? []).flatMap((value) => (value ? [{ file: file.file, value }] : []));
    });
  }
}

/** `ReadTimeout time.Duration` with `envconfig:"READ_TIMEOUT" default:"5s"`, `env:"…" envDefault:"5s"`, `env-default:"5s"`. */
function tagged(name: string, root: SyntaxNode, project: GoProject): (GoValue | undefined)[] {
  return nodes(root, 'field_declaration')
    .filter((field) => field.childrenForFieldName('name').some((it) => it?.text === name))
    .flatMap((field) => {
      const tag = field.childForFieldName('tag')?.text ?? '';
      const variable = /\b(?:envconfig|env):"(\w+)/.exec(tag)?.[1];
      const known = variable === undefined ? undefined : project.variable(variable);
      if (known) {
        const value = known.value === undefined ? undefined : parsedText(known.value);
        return [value && { ...value, note: `${variable} in ${known.where}` }];
      }
      const standard = /\b(?:default|envDefault|env-default):"([^"]*)"/.exec(tag)?.[1];
      return standard === undefined ? [] : [parsedText(standard)];
    });
}

/** `Config{ReadTimeout: 5 * time.Second}`, `cfg.ReadTimeout = …`. */
function written(name: string, root: SyntaxNode, names: GoNames): (GoValue | undefined)[] {
  const literals = nodes(root, 'composite_literal').flatMap((literal) => {
    const value = NOT_SETTINGS.test(literal.childForFieldName('type')?.text ?? '') ? undefined : keyed(literal, name);
    return value ? [names.value(value)] : [];
  });
  const assigned = nodes(root, 'assignment_statement').flatMap((node) => {
    const [left] = namedChildren(node.childForFieldName('left') ?? node);
    const [right] = namedChildren(node.childForFieldName('right') ?? node);
    return left?.type === 'selector_expression' && left.childForFieldName('field')?.text === name
      ? [names.value(right)]
      : [];
  });
  return [...literals, ...assigned];
}

/** `flag.DurationVar(&cfg.readTimeout, "read-timeout", 5*time.Second, "…")`. */
function flagged(name: string, root: SyntaxNode, names: GoNames): (GoValue | undefined)[] {
  return calls(root).flatMap((call) => {
    const callee = call.childForFieldName('function')?.text ?? '';
    const [target, , third, fourth] = argumentsOf(call);
    if (!/\.(?:Duration|Int|Int64)VarP?$/.test(callee) || !target?.text.startsWith('&')) return [];
    return target.text.split('.').at(-1) === name ? [names.value(callee.endsWith('P') ? fourth : third)] : [];
  });
}

/** Of several programs' settings those nearest in the folder tree. */
function nearest<T extends { readonly file: string }>(found: readonly T[], file: string): T[] {
  const closeness = (other: string) => {
    const [a, b] = [file.split('/'), other.split('/')];
    const differs = a.findIndex((part, index) => part !== b[index]);
    return differs === -1 ? a.length : differs;
  };
  const most = Math.max(0, ...found.map((it) => closeness(it.file)));
  return found.filter((it) => closeness(it.file) === most);
}

function sharesTail(folder: string, path: string): boolean {
  const [a, b] = [folder.split('/').reverse(), path.split('/').reverse()];
  // The import path begins with the module's name, which is no folder: all folders up to there agree.
  return a.every((part, index) => part === b[index] || index >= b.length - 1);
}

function folderOf(file: string): string {
  return file.split('/').slice(0, -1).join('/');
}

function nodes(root: SyntaxNode, type: string): SyntaxNode[] {
  return root.descendantsOfType(type).filter((node): node is SyntaxNode => node !== null);
}

function calls(root: SyntaxNode): SyntaxNode[] {
  return nodes(root, 'call_expression');
}

function argumentsOf(call: SyntaxNode): SyntaxNode[] {
  return namedChildren(call.childForFieldName('arguments') ?? call);
}

function keyed(literal: SyntaxNode, field: string): SyntaxNode | undefined {
  const body = literal.childForFieldName('body');
  for (const element of body ? namedChildren(body) : []) {
    const [key, value] = element.type === 'keyed_element' ? namedChildren(element) : [];
    if (key?.text === field && value) return value;
  }
  return undefined;
}
