import type { ConfigFile } from '../hop.ts';
import { liveTimeouts } from '../live/reader.ts';
import { cloudformation } from './aws/cloudformation.ts';
import { terraform } from './aws/terraform.ts';
import { caddyJson } from './caddy/caddy-json.ts';
import { caddyfile } from './caddy/caddyfile.ts';
import { compose } from './compose.ts';
import { mysql } from './database/mysql.ts';
import { pgbouncer } from './database/pgbouncer.ts';
import { pgcat } from './database/pgcat.ts';
import { postgres } from './database/postgres.ts';
import { sql } from './database/sql.ts';
import { dotenv } from './dotenv.ts';
import { envoy } from './envoy.ts';
import type { Format } from './format.ts';
import { go } from './go/index.ts';
import { haproxy } from './haproxy.ts';
import { javascript } from './javascript/index.ts';
import { kubernetes } from './kubernetes/index.ts';
import { nginx } from './nginx/index.ts';
import { prisma } from './prisma.ts';
import { traefik } from './traefik.ts';

/** The first that knows a file reads it: the surer before the more general. */
const FORMATS: readonly Format[] = [
  liveTimeouts,
  javascript,
  go,
  prisma,
  dotenv,
  sql,
  pgbouncer,
  pgcat,
  mysql,
  terraform,
  cloudformation,
  kubernetes,
  compose,
  envoy,
  traefik,
  caddyfile,
  caddyJson,
  haproxy,
  postgres,
  nginx,
];

export function formatOf(file: ConfigFile): Format | undefined {
  return FORMATS.find((format) => format.sniff(file));
}
