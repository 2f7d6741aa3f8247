/** What the shop is told by its environment. */
export interface ShopConfig {
  readonly databaseUrl: string;
  /** `host:port` of the name server. */
  readonly nameServer: string;
  /** PEM of the authority that signs the certificates of our partners. */
  readonly partnerCa: string;
  readonly prices: string;
  readonly rates: string;
  readonly payments: string;
  readonly images: string;
  readonly couriers: string;
}

/** @throws Error naming the variable that is missing. */
export function readConfig(env: NodeJS.ProcessEnv): ShopConfig {
  const need = (name: string): string => {
    const value = env[name];
    if (value === undefined) throw new Error(`${name} is not set`);
    return value;
  };
  return {
    databaseUrl: need('DATABASE_URL'),
    nameServer: need('NAME_SERVER'),
    partnerCa: need('PARTNER_CA'),
    prices: need('PRICES_URL'),
    rates: need('RATES_URL'),
    payments: need('PAYMENTS_URL'),
    images: need('IMAGES_URL'),
    couriers: need('COURIERS_URL'),
  };
}
