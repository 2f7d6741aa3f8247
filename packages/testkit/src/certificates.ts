import { isIP } from 'node:net';
import { generate } from 'selfsigned';

export interface KeyPair {
  /** PEM. */
  readonly key: string;
  /** PEM. */
  readonly cert: string;
}

export interface Authority {
  /** PEM certificate to pass as `ca` where the issued certificates are to be trusted. */
  readonly cert: string;
  /** A server certificate for the host names and addresses, signed by this authority, valid for a year. */
  issue(...hosts: string[]): Promise<KeyPair>;
}

/** A throwaway certificate authority; its key lives in this process only. */
export async function selfSignedCa(): Promise<Authority> {
  const root = await generate([{ name: 'commonName', value: 'Holdup throwaway CA' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { cert: root.cert, issue: (...hosts) => issueCertificate({ key: root.private, cert: root.cert }, hosts) };
}

async function issueCertificate(ca: KeyPair, hosts: readonly string[]): Promise<KeyPair> {
  const issued = await generate([{ name: 'commonName', value: hosts[0] ?? 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ca,
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: hosts.map((host) => (isIP(host) === 0 ? { type: 2, value: host } : { type: 7, ip: host })),
      },
    ],
  });
  return { key: issued.private, cert: issued.cert };
}
