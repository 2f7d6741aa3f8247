import { hookLibraries } from './module-hook.ts';
import { patchFunction } from './patch.ts';
import type { Probe } from './probe.ts';

/**
 * Koa's context of a request: `@koa/router` and its forks leave the route's pattern on it, the message underneath leads to
 * neither. Nothing is read from it before somebody asks for the route.
 */
export const koaProbe: Probe = {
  name: 'koa',
  sources: [],
  install(kit) {
    const handled = kit.guard((context: unknown) => {
      const request = kit.context.current();
      if (request !== undefined) request.routed = context;
    });
    return hookLibraries(kit, [
      {
        file: /\/koa\/lib\/application\.js$/,
        patch: (application) => {
          const { prototype } = application as { prototype: object };
          patchFunction(prototype, 'handleRequest', (original) => {
            return function handleRequest(this: unknown, ...args: never[]): unknown {
              handled(args[0]);
              return original.apply(this, args);
            };
          });
        },
      },
    ]);
  },
};
