import { type Engine, NOTHING_READ } from '../hop.ts';
import type { Format, FormatContext } from './format.ts';

/** A schema is no hop: what it says of the address is asked for where a client is made. */
export const prisma: Format = {
  id: 'prisma',
  title: 'Prisma schemas',
  isSource: true,
  sniff: ({ file }) => file.endsWith('.prisma'),
  read: () => NOTHING_READ,
};

/** Where a Prisma client's address comes from. */
export interface Datasource {
  /** `url = env("POSTGRES_URL")`. */
  readonly variable?: string;
  readonly url?: string;
  readonly engine?: Engine;
}

/** What the schema nearest to a program says. `undefined`: none is among the files, or several differ. */
export function datasourceFor(file: string, context: FormatContext): Datasource | undefined {
  const all = context.mentioning('datasource ').filter((it) => it.file.endsWith('.prisma'));
  const shared = (other: string) => {
    const [a, b] = [file.split('/'), other.split('/')];
    const differs = a.findIndex((part, index) => part !== b[index]);
    return differs === -1 ? a.length : differs;
  };
  const most = Math.max(0, ...all.map((it) => shared(it.file)));
  const [only, ...others] = all.filter((it) => shared(it.file) === most);
  return only && others.length === 0 ? readDatasource(only.text) : undefined;
}

function readDatasource(text: string): Datasource | undefined {
  const [, block] = /^\s*datasource\s+\w+\s*\{([^}]*)\}/m.exec(text) ?? [];
  if (block === undefined) return undefined;
  const [, variable, url] = /^\s*url\s*=\s*(?:env\(\s*"([^"]+)"\s*\)|"([^"]*)")/m.exec(block) ?? [];
  const [, provider = ''] = /^\s*provider\s*=\s*"([^"]+)"/m.exec(block) ?? [];
  const engine = provider === 'mysql' ? 'mysql' : /^(?:postgres|cockroach)/.test(provider) ? 'postgres' : undefined;
  return {
    ...(variable === undefined ? {} : { variable }),
    ...(url === undefined ? {} : { url }),
    ...(engine === undefined ? {} : { engine }),
  };
}
