import { type ConfigFile, type Engine, NOTHING_READ, type Reading, type SessionSettings } from '../../hop.ts';
import { Lines } from '../../place.ts';
import { idAt } from '../../trees/limits.ts';
import type { Format } from '../format.ts';
import { badMysqlValues, MYSQL_SETTINGS, mysqlTimeouts } from './mysql.ts';
import { badPostgresValues, POSTGRES_SETTINGS, postgresHop, postgresTimeouts } from './postgres.ts';
import type { Setting } from './settings-file.ts';

export const sql: Format = {
  id: 'sql',
  title: 'Timeouts set in SQL',
  sniff: ({ file }) => /\.sql$/i.test(file),
  read: readSql,
};

const NAME = '("[^"]+"|[\\w$]+)';
/**
 * `ALTER ROLE app IN DATABASE shop SET statement_timeout = '5s'`, `ALTER DATABASE shop SET …`, `ALTER SYSTEM SET …`, MySQL's
 * `SET GLOBAL max_execution_time = 5000`, `SET PERSIST …`, `SET @@GLOBAL.…`.
 */
const SET = new RegExp(
  `\\b(?:alter\\s+(role|user|database|system)(?:\\s+(?!set\\b)${NAME}(?:\\s+in\\s+database\\s+${NAME})?)?\\s+set\\s+|set\\s+(?:(global|persist)\\s+|@@(global|persist)\\.))(${[...POSTGRES_SETTINGS, ...MYSQL_SETTINGS].join('|')})\\s*(?:=|\\bto\\b)\\s*('[^']*'|[^\\s;]+)`,
  'gi',
);

interface Subject {
  readonly engine: Engine;
  readonly title: string;
  readonly session: SessionSettings['session'];
  readonly settings: Setting[];
}

function readSql(file: ConfigFile): Reading {
  const lines = new Lines(file.file, file.text);
  // Comments become blanks of the same length, so that places stay.
  const text = file.text.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, ' '));
  const subjects = new Map<string, Subject>();
  for (const found of text.matchAll(SET)) {
    const [whole, scope, first, second, global, variable, name = '', value = ''] = found;
    const setting: Setting = {
      name: name.toLowerCase(),
      value: value.replaceAll("'", ''),
      section: '',
      place: lines.place(found.index, found.index + whole.length),
    };
    const subject = subjectOf(scope?.toLowerCase(), bareName(first), bareName(second), global ?? variable);
    const key = JSON.stringify([subject.engine, subject.session]);
    const known = subjects.get(key) ?? { ...subject, settings: [] };
    known.settings.push(setting);
    subjects.set(key, known);
  }
  const all = [...subjects.values()];
  const problems = all.flatMap(({ engine, settings }) =>
    engine === 'mysql' ? badMysqlValues(settings) : badPostgresValues(settings),
  );
  return { ...NOTHING_READ, sessions: all.map((subject) => sessionOf(subject, lines)), problems };
}

function bareName(written: string | undefined): string | undefined {
  return written?.replaceAll('"', '');
}

function subjectOf(
  scope: string | undefined,
  first: string | undefined,
  second: string | undefined,
  global: string | undefined,
): Omit<Subject, 'settings'> {
  if (global !== undefined) return { engine: 'mysql', title: `set ${global.toLowerCase()}`, session: {} };
  const isEverybody = scope === 'system' || first === undefined || (scope !== 'database' && /^all$/i.test(first));
  if (isEverybody && second === undefined)
    return { engine: 'postgres', title: `postgresql ${scope === 'system' ? 'system' : 'all roles'}`, session: {} };
  if (scope === 'database')
    return { engine: 'postgres', title: `database ${first}`, session: first === undefined ? {} : { database: first } };
  return {
    engine: 'postgres',
    title: `${scope} ${first}${second === undefined ? '' : ` in ${second}`}`,
    session: {
      ...(isEverybody || first === undefined ? {} : { user: first }),
      ...(second === undefined ? {} : { database: second }),
    },
  };
}

function sessionOf({ engine, title, session, settings }: Subject, lines: Lines): SessionSettings {
  const place = settings[0]?.place ?? lines.place(0, 0);
  const timeouts = engine === 'mysql' ? mysqlTimeouts(settings) : postgresTimeouts(settings);
  const hop =
    engine === 'mysql'
      ? {
          id: idAt('mysql', place, `:${title}`),
          name: `mysql ${title}`,
          format: 'mysql',
          role: 'database' as const,
          engine,
          place,
          timeouts,
          listens: [],
          upstreams: [],
        }
      : postgresHop(title, place, settings, [], false);
  return { engine, session, subject: title, timeouts, hop };
}
