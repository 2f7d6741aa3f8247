import type { LibraryPatch } from '../module-hook.ts';
import { patchFunction } from '../patch.ts';
import type { Kit } from '../probe.ts';
import { type RedisAddress, RedisCommands } from './commands.ts';

interface ClientLike {
  /** Methods with other options run on an object that inherits from the client. */
  readonly _self?: ClientLike;
  readonly isReady?: unknown;
  readonly options?: {
    readonly socket?: { readonly host?: unknown; readonly port?: unknown; readonly path?: unknown };
    readonly database?: unknown;
  };
}

/** The client whose method is on the stack, and the name of the command its queue is given. */
interface Sending {
  client: ClientLike | undefined;
  name: string | undefined;
}

/** Methods that put commands into the queue of their client, every one before they first wait. */
const SENDING = ['sendCommand', '_executePipeline', '_executeMulti'];

/**
 * node-redis 5 and 6 (`redis`, `@redis/client`), by the queue of a client, which takes one command at a time. Its own channels
 * are not used: with a subscriber it hands out another promise. Names of commands are kept, no key and no value. What waits for
 * a client of `createClientPool` is not seen.
 */
export function nodeRedisPatches(kit: Kit): LibraryPatch[] {
  const sending: Sending = { client: undefined, name: undefined };
  return [
    {
      file: /\/@redis\/client\/dist\/lib\/client\/index\.js$/,
      patch: (exports) => patchClient(exports, sending),
    },
    {
      file: /\/@redis\/client\/dist\/lib\/client\/commands-queue\.js$/,
      patch: (exports) => patchQueue(exports, sending),
    },
    {
      file: /\/@redis\/client\/dist\/lib\/client\/linked-list\.js$/,
      patch: (exports) => patchList(exports, sending, kit),
    },
  ];
}

function patchClient(exports: unknown, sending: Sending): void {
  const { default: Client } = exports as { default?: { prototype?: object } };
  if (Client?.prototype === undefined) return;
  for (const method of SENDING) {
    patchFunction(Client.prototype, method, (original) => {
      return function (this: ClientLike, ...args: never[]): unknown {
        const outer = sending.client;
        sending.client = this._self ?? this;
        try {
          return original.apply(this, args);
        } finally {
          sending.client = outer;
        }
      };
    });
  }
}

function patchQueue(exports: unknown, sending: Sending): void {
  const { default: Queue } = exports as { default?: { prototype?: object } };
  if (Queue?.prototype === undefined) return;
  patchFunction(Queue.prototype, 'addCommand', (original) => {
    return function addCommand(this: unknown, ...args: never[]): unknown {
      const [command] = args as readonly unknown[];
      const [name] = Array.isArray(command) ? (command as unknown[]) : [];
      sending.name = typeof name === 'string' ? name : undefined;
      try {
        return original.apply(this, args);
      } finally {
        sending.name = undefined;
      }
    };
  });
}

/** What a queue keeps of a command has the two functions that settle it. */
function patchList(exports: unknown, sending: Sending, kit: Kit): void {
  const { DoublyLinkedList, SinglyLinkedList } = exports as Readonly<
    Record<string, { prototype?: object } | undefined>
  >;
  if (DoublyLinkedList?.prototype === undefined || SinglyLinkedList?.prototype === undefined) return;
  const commands = new RedisCommands(kit, 'n');
  const added = kit.guard((value: unknown) => {
    const { client, name } = sending;
    if (client === undefined || name === undefined || typeof value !== 'object' || value === null) return;
    const connection = commands.connectionOf(client, () => addressOf(client));
    commands.begin(connection, name, value, client.isReady === true);
  });
  const written = kit.guard((value: unknown) => {
    if (typeof value === 'object' && value !== null) commands.written(value);
  });
  // From the list of those to write to that of those without a reply.
  patchFunction(SinglyLinkedList.prototype, 'push', (original) => {
    return function push(this: unknown, ...args: never[]): unknown {
      written(args[0]);
      return original.apply(this, args);
    };
  });
  patchFunction(DoublyLinkedList.prototype, 'add', (original) => {
    return function add(this: unknown, ...args: never[]): unknown {
      added(args[0]);
      return original.apply(this, args);
    };
  });
}

function addressOf({ options }: ClientLike): RedisAddress {
  return { ...options?.socket, db: options?.database };
}
