import { typeName } from '../types/go-type.ts';
import type { GoRule } from './rule.ts';

export const contextInStruct: GoRule = {
  info: { id: 'go/context-in-struct', severity: 'note', title: 'A context kept in a struct' },
  about: ['context'],
  alsoKnownAs: ['containedctx'],
  inTests: false,
  check(scene) {
    for (const { fields } of scene.structs) {
      for (const field of fields) {
        const type = scene.types.denoted(field.type, scene.file);
        if (type.kind !== 'named' || typeName(type) !== 'context.Context') continue;
        scene.report({
          at: field.names[0] ?? field,
          message:
            'the struct keeps a context: whoever uses it later works under the deadline of who made it, not under their own',
          help: 'pass the context to each method that needs one, as its first parameter',
        });
      }
    }
  },
};
