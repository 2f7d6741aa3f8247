import type { Hazard } from '@holdup/audit';
import { findHazards, indexTree, mergeGroups, RULES, type Rule, rulesFor } from '@holdup/audit/rules';
import type { ESLint, Rule as EslintRule, Linter, SourceCode } from 'eslint';
import { readTypeOrigins } from './type-origins.ts';

const VERSION = '0.1.0';

type Program = Parameters<typeof indexTree>[0];

/** What all rules found in a file: they share one walk. */
type FindIn = (source: SourceCode, file: string) => readonly Hazard[];

/** The rules of `holdup audit` for ESLint 9 and later. */
function createPlugin(): ESLint.Plugin {
  const known = new WeakMap<object, readonly Hazard[]>();
  const findIn: FindIn = (source, file) => {
    const before = known.get(source.ast);
    if (before) return before;
    // ESLint's trees are ESTree, as those of our own parser are; they differ in where offsets stand, which the rules know.
    const program = source.ast as unknown as Program;
    const typeOrigins = readTypeOrigins(source);
    // With types, what a file imports from another is known as well.
    const rules = rulesFor(source.text, RULES, () => typeOrigins !== undefined);
    const found =
      rules.length === 0
        ? []
        : mergeGroups(findHazards(file, indexTree(program, source.text, source.visitorKeys, { typeOrigins }), rules));
    known.set(source.ast, found);
    return found;
  };
  const rules = Object.fromEntries(RULES.map((rule) => [nameOf(rule), toEslint(rule, findIn)]));
  const plugin: ESLint.Plugin = { meta: { name: 'eslint-plugin-holdup', version: VERSION }, rules };
  plugin.configs = { recommended: recommend(plugin) };
  return plugin;
}

function recommend(plugin: ESLint.Plugin): Linter.Config {
  const rules = RULES.map((rule): [string, Linter.RuleSeverity] => [
    `holdup/${nameOf(rule)}`,
    rule.severity === 'error' ? 'error' : 'warn',
  ]);
  return { name: 'holdup/recommended', plugins: { holdup: plugin }, rules: Object.fromEntries(rules) };
}

function nameOf({ id }: Rule): string {
  return id.slice(id.indexOf('/') + 1);
}

function toEslint(rule: Rule, findIn: FindIn): EslintRule.RuleModule {
  return {
    meta: {
      type: rule.severity === 'note' ? 'suggestion' : 'problem',
      docs: { description: rule.title, recommended: true },
      hasSuggestions: true,
      schema: [],
    },
    create: (context) => ({
      'Program:exit'() {
        for (const hazard of findIn(context.sourceCode, context.filename)) {
          if (hazard.rule === rule.id) report(context, hazard);
        }
      },
    }),
  };
}

function report(context: EslintRule.RuleContext, { place, message, help, fix }: Hazard): void {
  const start = { line: place.line, column: place.column - 1 };
  const end = { line: place.endLine, column: place.endColumn - 1 };
  context.report({
    loc: { start, end },
    message: `${message} ${help}`,
    suggest: fix
      ? [
          {
            desc: fix.title,
            fix: (fixer) => fix.edits.map((edit) => fixer.replaceTextRange([edit.start, edit.end], edit.text)),
          },
        ]
      : [],
  });
}

const plugin: ESLint.Plugin = createPlugin();
export default plugin;
