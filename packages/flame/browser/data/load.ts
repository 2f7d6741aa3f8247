import { type Payload, unpackPayload } from '../../src/shared/payload.ts';

/** The profile, once all of the page is there. @throws Error when it holds none or a damaged one. */
export async function loadProfile(): Promise<Payload> {
  if (document.readyState === 'loading')
    await new Promise((resolve) => addEventListener('DOMContentLoaded', resolve, { once: true }));
  const payload = await loadPayload('profile');
  if (!payload) throw new Error('this page holds no profile: write it anew with holdup flame');
  return payload;
}

/** The largest boxes; undefined: the profile is so small that there is none. */
export function loadOutline(): Promise<Payload | undefined> {
  return loadPayload('outline');
}

/** @param id Of the element that src/page/render-page.ts wrote. */
async function loadPayload(id: 'outline' | 'profile'): Promise<Payload | undefined> {
  const holder = document.getElementById(id);
  if (!holder?.textContent) return undefined;
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
