import type { Expr, Field } from '../syntax/ast.ts';
import { typeName } from '../types/go-type.ts';
import type { GoRule, Scene } from './rule.ts';

/** Names of contexts that live as long as a service or a task, by what ends them. */
const LIFETIME = /shutdown|kill|stop|exit|quit|clos|lifetime|lifecycle/i;

/** Names of functions that end what a struct does. */
const ENDING = /finish|done|stop|close|kill|shutdown|^end/i;

/** Fields that callers set: options, and messages that carry the context of their work. */
const OFFERED = /^(?:Ctx|Context)$/;

export const contextInStruct: GoRule = {
  info: { id: 'go/context-in-struct', severity: 'note', title: 'A context kept in a struct' },
  about: ['context'],
  alsoKnownAs: ['containedctx'],
  inTests: false,
  check(scene) {
    for (const { fields, parent } of scene.structs) {
      if (parent?.kind === 'TypeSpec' && offersContext(parent.name.name, scene)) continue;
      // What embeds a context is one.
      if (fields.some((field) => field.names.length === 0 && isContext(field.type, scene))) continue;
      // With its cancel function beside it, it ends what the struct does, and belongs to no call.
      if (fields.some(isCancel)) continue;
      for (const field of fields) {
        if (field.names.length === 0 || field.names.some(({ name }) => LIFETIME.test(name) || OFFERED.test(name))) {
          continue;
        }
        if (!isContext(field.type, scene)) continue;
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

/** `cancel context.CancelFunc`, `stop func()`. */
function isCancel({ names, type }: Field): boolean {
  const plain = type.kind === 'FuncType' && type.params.length === 0 && type.results.length === 0;
  return names.some(({ name }) => /cancel/i.test(name) || (plain && ENDING.test(name)));
}

function isContext(x: Expr, scene: Scene): boolean {
  const type = scene.types.denoted(x, scene.file);
  return type.kind === 'named' && typeName(type) === 'context.Context';
}

/** With a method `Context`, as `http.Request` and gRPC's streams have one, it is what carries the context of its one request. */
function offersContext(type: string, scene: Scene): boolean {
  return scene.file.pkg.methods.get(type)?.has('Context') === true;
}
