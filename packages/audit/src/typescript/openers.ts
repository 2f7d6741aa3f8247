/** Who opens a transaction around a function, by the origin of what it is asked of. */
interface Opener {
  readonly handle: RegExp;
  readonly methods: readonly string[];
  /** What the function is given: the handle over again, something else by its origin, or what asks nothing itself. */
  readonly gives: 'handle' | 'token' | { readonly path: string };
}

const OPENERS: readonly Opener[] = [
  { handle: /^@prisma\/client:PrismaClient\{\}(?:\.\$extends\(\))*$/, methods: ['$transaction'], gives: 'handle' },
  { handle: /^knex:(?:(?:knex|default)?\(\)|Knex\{\})$/, methods: ['transaction'], gives: 'handle' },
  { handle: /^sequelize(?:-typescript)?:(?:Sequelize)?\{\}$/, methods: ['transaction'], gives: 'token' },
  {
    handle: /^typeorm:(?:DataSource|EntityManager|Repository)\{\}(?:\.manager)?$/,
    methods: ['transaction'],
    gives: { path: 'typeorm:EntityManager{}' },
  },
  {
    handle: /^drizzle-orm\/[\w-]+:(?:drizzle\(\)|\w+Database\{\})$/,
    methods: ['transaction'],
    gives: 'handle',
  },
  {
    handle: /^mongodb:.*startSession\(\)$|^mongodb:ClientSession\{\}$/,
    methods: ['withTransaction'],
    gives: 'token',
  },
];

export function findOpener(path: string, method: string): Opener | undefined {
  return OPENERS.find(({ handle, methods }) => methods.includes(method) && handle.test(path));
}
