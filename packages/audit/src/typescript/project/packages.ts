import { dirname, join } from 'node:path';

const PAGE_LIBRARIES: ReadonlySet<string> = new Set([
  ...['react-dom', 'vue', 'svelte', '@angular/core', 'solid-js', 'preact', '@vue/cli-service', 'react-scripts'],
]);
/** A package with one of these runs on a server as well: nothing is known of one file. */
const SERVER_LIBRARIES =
  /^(?:next|nuxt|express|fastify|koa|hono|astro|h3|nitropack|restify|polka|pg|mysql2?|knex|mongodb|typeorm|sequelize|ioredis|@prisma\/client|@nestjs\/core|@hapi\/hapi|@sveltejs\/kit|@remix-run\/(?:node|serve|express)|@react-router\/(?:node|serve)|@tanstack\/(?:react|solid)-start|electron)$/;

type Answer = 'page' | 'other';

/** What the package.json above a file says of it. */
export class Packages {
  readonly #read: (path: string) => string | undefined;
  readonly #folders = new Map<string, Answer>();

  constructor(read: (path: string) => string | undefined) {
    this.#read = read;
  }

  isPage(folder: string): boolean {
    return this.#answerFor(folder) === 'page';
  }

  #answerFor(folder: string): Answer {
    const known = this.#folders.get(folder);
    if (known) return known;
    const above = dirname(folder);
    const text = this.#read(join(folder, 'package.json'));
    const own = text === undefined ? undefined : judge(text);
    const answer = own ?? (above === folder ? 'other' : this.#answerFor(above));
    this.#folders.set(folder, answer);
    return answer;
  }
}

/** @returns Undefined where the file names no dependencies: such a package.json only sets the kind of module. */
function judge(text: string): Answer | undefined {
  const names = dependenciesIn(text);
  if (names.length === 0) return undefined;
  const isPage = names.some((name) => PAGE_LIBRARIES.has(name));
  return isPage && !names.some((name) => SERVER_LIBRARIES.test(name)) ? 'page' : 'other';
}

function dependenciesIn(text: string): string[] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) return [];
    return Object.entries(parsed).flatMap(([key, value]) =>
      /^(?:dev|peer)?dependencies$/i.test(key) && typeof value === 'object' && value !== null ? Object.keys(value) : [],
    );
  } catch {
    return [];
  }
}
