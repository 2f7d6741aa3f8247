import type { Upload } from '../recorder/upload.ts';
import { patchFunction } from './patch.ts';
import type { Kit } from './probe.ts';

/**
 * Tells a body whenever its handler looks for more of it: only that shows whether a loop that takes the body piece by piece
 * waits for the caller, or for something of its own between two pieces.
 */
export function watchLooks(kit: Kit, prototype: object, uploadOf: (body: object) => Upload | undefined): () => void {
  const looked = kit.guard((upload: Upload, found: boolean) => upload.looked(found));
  return patchFunction(prototype, 'read', (original) => {
    return function read(this: object, ...args: never[]): unknown {
      const piece = original.apply(this, args);
      // `read(0)` only has the next piece fetched.
      if ((args[0] as unknown) === 0) return piece;
      const upload = uploadOf(this);
      if (upload !== undefined) looked(upload, piece !== null);
      return piece;
    };
  });
}
