import { typeName } from '../types/go-type.ts';
import type { GoRule } from './rule.ts';

const BASIC = /^(?:string|bool|byte|rune|u?int(?:8|16|32|64|ptr)?|float(?:32|64))$/;

export const contextStringKey: GoRule = {
  info: { id: 'go/context-string-key', severity: 'warning', title: 'A context value under a key of a built-in type' },
  about: ['context'],
  alsoKnownAs: ['staticcheck', 'SA1029'],
  inTests: false,
  check(scene) {
    for (const call of scene.callsTo(['WithValue'])) {
      const key = call.args[1];
      if (key === undefined || scene.callee(call)?.id !== 'context.WithValue') continue;
      const type = scene.typeOf(key);
      if (type.kind !== 'named' || !BASIC.test(typeName(type))) continue;
      scene.report({
        at: key,
        message: `the key is a plain ${typeName(type)}: another package with the same one overwrites the value, deadlines and ids included`,
        help: 'declare a type of the package for its keys: type contextKey struct{}',
      });
    }
  },
};
