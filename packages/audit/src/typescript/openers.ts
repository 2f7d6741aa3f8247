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
    handle: /^mongo(?:db|ose):.*startSession\(\)$|^mongo(?:db|ose):ClientSession\{\}$/,
    methods: ['withTransaction'],
    gives: 'token',
  },
  { handle: /^mongoose:connection$|^mongoose:Connection\{\}$/, methods: ['transaction'], gives: 'token' },
  { handle: /^postgres:(?:\(\)|\w*Sql\{\})(?:\.reserve\(\))?$/, methods: ['begin', 'savepoint'], gives: 'handle' },
  { handle: /^pg-promise:(?:\(\)\(\)|I\w+\{\})$/, methods: ['tx', 'txIf', 'task', 'taskIf'], gives: 'handle' },
];

/** What may open one, by name alone: only then is it asked on what. */
const OPENING = /transaction$|^(?:begin|savepoint|tx|txIf|task|taskIf)$/i;

export function mayOpen(method: string): boolean {
  return OPENING.test(method);
}

export function findOpener(path: string, method: string): Opener | undefined {
  return OPENERS.find(({ handle, methods }) => methods.includes(method) && handle.test(path));
}
