import type { LibraryPatch } from '../module-hook.ts';
import { patchFunction } from '../patch.ts';
import type { Kit } from '../probe.ts';
import { type RedisAddress, RedisCommands } from './commands.ts';

/**
 * ioredis, by `sendCommand`, which every command and every one of a pipeline goes through. Its own channels are not used:
 * with a subscriber it hands out another promise, whose rejection nobody has to handle. Names of commands are kept, no
 * key and no value.
 */
export function ioredisPatches(kit: Kit): LibraryPatch[] {
  return [{ file: /\/ioredis\/built\/Redis\.js$/, patch: (exports) => patchRedis(exports, kit) }];
}

interface RedisLike {
  /** `ready`: a command is written at once. Before it, ioredis keeps most and hands them in once more. */
  readonly status?: unknown;
  readonly options?: RedisAddress;
}

function patchRedis(exports: unknown, kit: Kit): void {
  const { default: Redis } = exports as { default?: { prototype?: object } };
  if (Redis?.prototype === undefined) return;
  const commands = new RedisCommands(kit, 'r');
  const begin = kit.guard((client: RedisLike, command: { readonly name?: unknown }) => {
    const isReady = client.status === 'ready';
    if (commands.isKnown(command)) {
      if (isReady) commands.written(command);
      return;
    }
    if (typeof command.name !== 'string') return;
    commands.begin(
      commands.connectionOf(client, () => client.options),
      command.name,
      command,
      isReady,
    );
  });
  patchFunction(Redis.prototype, 'sendCommand', (original) => {
    return function sendCommand(this: RedisLike, ...args: never[]): unknown {
      const command: unknown = args[0];
      if (typeof command === 'object' && command !== null) begin(this, command);
      return original.apply(this, args);
    };
  });
}
