import type { LiveLimit } from '../hop.ts';

/** First with 65 s: github.com/nodejs/node/pull/62782. 26.10 still has 5 s, as was seen by running it. */
const LONG_KEEP_ALIVE_MAJOR = 27;

/** Whether a server has this value when nobody sets it, on that version of Node. */
export function isNodeDefault(setting: string, ms: LiveLimit['ms'], node: string): boolean {
  const major = Number.parseInt(node, 10);
  switch (setting) {
    case 'requestTimeout':
      return ms === 300_000;
    case 'headersTimeout':
      return ms === 60_000;
    case 'keepAliveTimeout':
      return ms === (major >= LONG_KEEP_ALIVE_MAJOR ? 65_000 : 5_000);
    case 'timeout':
      return ms === 'none';
    case 'connectionsCheckingInterval':
      return ms === 30_000;
    default:
      return false;
  }
}
