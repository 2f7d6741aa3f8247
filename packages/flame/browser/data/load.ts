import { type Payload, unpackPayload } from '../../src/shared/payload.ts';

/** Element that holds the profile, written by src/page/render-page.ts. */
const PROFILE_ID = 'profile';

/** @throws Error when the page holds no profile or a damaged one. */
export async function loadPayload(): Promise<Payload> {
  const holder = document.getElementById(PROFILE_ID);
  if (!holder?.textContent) throw new Error('this page holds no profile: write it anew with holdup flame');
  const bytes = decodeBase64(holder.textContent);
  // Twice the size of the profile would stay in memory.
  holder.remove();
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return unpackPayload(new Uint8Array(await new Response(stream).arrayBuffer()));
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let at = 0; at < raw.length; at += 1) bytes[at] = raw.charCodeAt(at);
  return bytes;
}
