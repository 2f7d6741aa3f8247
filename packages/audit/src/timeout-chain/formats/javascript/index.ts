import { type ConfigFile, NOTHING_READ, type Reading } from '../../hop.ts';
import type { Format, FormatContext } from '../format.ts';
import { datasourceFor } from '../prisma.ts';
import { clientHops } from './clients.ts';
import { grpcHops } from './grpc.ts';
import { Modules } from './modules.ts';
import { parseSource } from './parse.ts';
import { poolHops } from './pools.ts';
import { FileScope } from './scope.ts';
import { serverHops } from './servers.ts';

export const javascript: Format = {
  id: 'javascript',
  title: 'Node servers, HTTP clients and pools (JavaScript, TypeScript)',
  isSource: true,
  sniff: ({ file }) => /\.[cm]?[jt]sx?$/.test(file) && !/\.d\.[cm]?ts$/.test(file),
  read: readJavaScript,
};

function readJavaScript(file: ConfigFile, context: FormatContext): Reading {
  const { program, problems } = parseSource(file);
  if (!program) return { ...NOTHING_READ, problems };
  const scope = new FileScope({ program, ...file, modules: new Modules(context) });
  const source = { lines: scope.lines, program, scope, datasource: () => datasourceFor(file.file, context) };
  const parts = [serverHops(source), clientHops(source), poolHops(source)];
  return {
    ...NOTHING_READ,
    hops: [...parts.flatMap(({ hops }) => hops), ...grpcHops(source)],
    notUnderstood: parts.flatMap(({ notUnderstood }) => notUnderstood),
    problems,
  };
}
