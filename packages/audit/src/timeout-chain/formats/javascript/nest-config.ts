import { environmentVariable, orElse } from './schemas.ts';
import type { FileScope } from './scope.ts';
import { bare, child, children, type EsNode, nameOf, property, returned, walk } from './syntax.ts';

/**
 * What NestJS' `configService.get('database.timeout', 5000)` asks for: a variable of the environment, else what `registerAs` or a
 * factory under `load` gives, else its second argument. Also `registerAs(…)` itself: what its factory gives.
 */
export function registeredAt(scope: FileScope, call: EsNode, steps: number): EsNode | undefined {
  const callee = bare(child(call, 'callee'));
  const [first, second] = children(call, 'arguments');
  if (scope.path(callee) === '@nestjs/config.registerAs') return factoryResult(scope, second, steps);
  if (callee?.type !== 'MemberExpression' || !/^get(?:OrThrow)?$/.test(nameOf(child(callee, 'property')) ?? ''))
    return undefined;
  const service = child(callee, 'object');
  if (nameOf(child(scope.typeOf(service), 'typeName')) !== 'ConfigService') return undefined;
  const key = scope.evaluate(first, steps + 1).value;
  if (typeof key !== 'string') return undefined;
  const otherwise = second && bare(second)?.type !== 'ObjectExpression' ? second : undefined;
  const inside = registered(scope, key.split('.'), steps + 1);
  if (inside?.type === 'ObjectExpression') return inside;
  // A namespace that nothing here registers.
  if (!inside && !otherwise && !/^[A-Z0-9_]+$/.test(key)) return undefined;
  return orElse(scope, environmentVariable(scope, key, call), inside ?? otherwise);
}

function factoryResult(scope: FileScope, factory: EsNode | undefined, steps: number): EsNode | undefined {
  const fn = scope.follow(factory, steps + 1);
  const owner = fn && (scope.modules.ownerOf(fn) ?? scope);
  const given = owner?.follow(returned(fn), steps + 1);
  return given?.type === 'ObjectExpression' ? given : undefined;
}

function registered(scope: FileScope, path: readonly string[], steps: number): EsNode | undefined {
  const [namespace = '', ...rest] = path;
  for (const file of scope.modules.mentioning('registerAs('))
    for (const node of walk(file.program)) {
      if (node.type !== 'CallExpression' || nameOf(children(node, 'arguments')[0]) !== namespace) continue;
      if (file.path(child(node, 'callee')) === '@nestjs/config.registerAs')
        return below(file, factoryResult(file, children(node, 'arguments')[1], steps), rest, steps);
    }
  for (const file of scope.modules.mentioning('ConfigModule.forRoot'))
    for (const node of walk(file.program)) {
      if (node.type !== 'CallExpression' || file.path(child(node, 'callee')) !== '@nestjs/config.ConfigModule.forRoot')
        continue;
      const load = property(file.follow(children(node, 'arguments')[0], steps), 'load');
      for (const factory of children(bare(load), 'elements')) {
        const found = below(file, factoryResult(file, factory, steps), path, steps);
        if (found) return found;
      }
    }
  return undefined;
}

function below(
  scope: FileScope,
  object: EsNode | undefined,
  path: readonly string[],
  steps: number,
): EsNode | undefined {
  let here = object;
  for (const [index, name] of path.entries()) {
    const value = property(here, name);
    if (index === path.length - 1) return value && (bare(value)?.type === 'ObjectExpression' ? bare(value) : value);
    here = scope.follow(value, steps + 1);
  }
  return here;
}
