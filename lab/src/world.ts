import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Authority, type DnsServer, selfSignedCa, startDnsServer } from '@holdup/testkit';
import type { DatabaseServer, RunDatabase } from './database.ts';
import type { Declaration, PartnerSpec } from './declaration.ts';
import { type Door, openDoor } from './door.ts';
import { type OtherServer, startOtherServer } from './other-server.ts';
import { type Partner, startPartner } from './partner.ts';
import type { Plan } from './plan.ts';
import { type Service, startService } from './service.ts';
import { startSpreadPartner, startStallingPartner } from './stalling-partner.ts';

/** Everything one run needs besides the load: the app and what it depends on, with the switches for it. */
export interface World {
  partner(name: string): Partner;
  readonly database: RunDatabase;
  /** See `RunDatabase.watch`; of a run without a database 0. */
  watchDatabase(): () => number;
  /** MariaDB or Redis, where declared. */
  readonly otherServer: OtherServer;
  /** What the app's connections to it go through, where declared. */
  readonly door: Door;
  /** Knows the named partners and the names in `extraNames`. */
  readonly names: DnsServer;
  readonly service: Service;
  close(): Promise<void>;
}

export interface Surroundings {
  readonly databases: DatabaseServer;
  /** Compiled module of a fault's app. */
  moduleOf(fault: string): string;
  /** Folder of this run alone. */
  readonly folder: string;
  /** Loopback address no other run uses, for name servers on port 53. */
  readonly address: string;
}

const ZONE = 'internal';

/** Starts everything; what was started is stopped again when a part fails. */
export async function createWorld(declaration: Declaration, plan: Plan, around: Surroundings): Promise<World> {
  const cleanups: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  try {
    return await assemble(declaration, plan, around, cleanups, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function assemble(
  declaration: Declaration,
  plan: Plan,
  around: Surroundings,
  cleanups: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<World> {
  const specs = Object.entries(declaration.partners ?? {});
  const ca = specs.some(([, spec]) => spec.tls) ? await selfSignedCa() : undefined;
  const partners = new Map<string, Partner>();
  for (const [name, spec] of specs) {
    const partner = await openPartner(name, spec, plan, ca);
    cleanups.push(() => partner.close());
    partners.set(name, partner);
  }
  const names = await openNames(declaration, around);
  if (names !== undefined) cleanups.push(() => names.close());
  const database =
    declaration.schema === undefined ? undefined : await around.databases.create(declaration.schema(plan));
  if (database !== undefined) cleanups.push(() => database.drop());
  const door = database !== undefined && declaration.door ? await openDoor(database.url) : undefined;
  if (door !== undefined) cleanups.push(() => door.close());
  const { otherServer: wanted } = declaration;
  const otherServer = wanted && (await startOtherServer(wanted.kind, wanted.statements));
  if (otherServer !== undefined) cleanups.push(() => otherServer.stop());
  let service: Service | undefined;
  const world: World = {
    partner: (name) => need(partners.get(name), `partner ${name}`),
    watchDatabase: () => database?.watch() ?? (() => 0),
    get database() {
      return need(database, 'database');
    },
    get otherServer() {
      return need(otherServer, 'other server');
    },
    get door() {
      return need(door, 'door');
    },
    get names() {
      return need(names, 'name server');
    },
    get service() {
      return need(service, 'service');
    },
    close,
  };
  service = await startService({
    module: around.moduleOf(declaration.name),
    folder: around.folder,
    budgetMs: plan.budgetMs,
    nodeOptions: declaration.nodeOptions ?? [],
    env: {
      ...(await environment(partners, door ?? database, names, ca, around)),
      ...(wanted && otherServer && { [`${wanted.kind.toUpperCase()}_URL`]: otherServer.url }),
      ...declaration.env?.(plan, world),
    },
    ...(declaration.ownResolver ? { resolvConf: await writeResolvConf(around) } : {}),
  });
  const started = service;
  cleanups.push(() => started.stop());
  return world;
}

function need<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`this fault's declaration names no ${what}`);
  return value;
}

async function openPartner(name: string, spec: PartnerSpec, plan: Plan, ca: Authority | undefined): Promise<Partner> {
  const usualMs = spec.usualMs ?? plan.usualMs;
  if (spec.addresses !== undefined) return startSpreadPartner(`${name}.${ZONE}`, usualMs, addressesOf(spec));
  if (spec.stalls) return startStallingPartner(usualMs);
  const hostname = spec.named ? `${name}.${ZONE}` : spec.tls ? 'localhost' : '127.0.0.1';
  const tls = spec.tls ? await ca?.issue(hostname) : undefined;
  return startPartner({ hostname, usualMs, ...(tls === undefined ? {} : { tls }) });
}

/** Linux answers on all of 127/8. */
function addressesOf({ addresses = 1 }: PartnerSpec): string[] {
  return Array.from({ length: addresses }, (_, index) => `127.0.0.${index + 1}`);
}

async function openNames(declaration: Declaration, around: Surroundings): Promise<DnsServer | undefined> {
  const partners = Object.entries(declaration.partners ?? {}).filter(([, spec]) => spec.named);
  const extra = (declaration.extraNames ?? []).map((name): [string, PartnerSpec] => [name, {}]);
  const named = [...partners, ...extra];
  if (named.length === 0) return undefined;
  const records = Object.fromEntries(named.map(([name, spec]) => [`${name}.${ZONE}`, addressesOf(spec)]));
  return startDnsServer({ records, ...(declaration.ownResolver ? { host: around.address, port: 53 } : {}) });
}

async function environment(
  partners: ReadonlyMap<string, Partner>,
  database: { readonly url: string } | undefined,
  names: DnsServer | undefined,
  ca: Authority | undefined,
  { folder }: Surroundings,
): Promise<Record<string, string>> {
  const env: Record<string, string> = {};
  for (const [name, { url }] of partners) env[`${name.toUpperCase()}_URL`] = url;
  if (database !== undefined) env.DATABASE_URL = database.url;
  if (names !== undefined) env.NAME_SERVER = names.address;
  if (ca !== undefined) {
    env.NODE_EXTRA_CA_CERTS = join(folder, 'ca.pem');
    await writeFile(env.NODE_EXTRA_CA_CERTS, ca.cert);
  }
  return env;
}

async function writeResolvConf({ folder, address }: Surroundings): Promise<string> {
  const path = join(folder, 'resolv.conf');
  await writeFile(path, `nameserver ${address}\noptions timeout:5 attempts:1\n`);
  return path;
}
