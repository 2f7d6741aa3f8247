import type { Frame, Profile } from '../profile.ts';

/** The frames of a profile by function: what lines and addresses tell apart is one. */
export interface Functions {
  /** One frame for each function: the first of it. */
  readonly functions: readonly Frame[];
  /** Function of each of the profile's frames. */
  readonly of: Int32Array;
}

/**
 * Groups frames by name, file, module and the line the function starts at; and by column where the frame stands for the function's
 * very start, as V8's do: a minified file has all its functions in one line.
 */
export function groupFunctions({ frames }: Profile): Functions {
  const ids = new Map<string, number>();
  const functions: Frame[] = [];
  const of = new Int32Array(frames.length);
  frames.forEach((frame, i) => {
    const { name, file, module, startLine, line, column, address } = frame;
    const start = line === startLine ? column : 0;
    // Code without a name is its address.
    const what = name === '' ? String(address) : name;
    const key = `${what}\0${file}\0${module}\0${startLine}\0${start}`;
    let id = ids.get(key);
    if (id === undefined) {
      id = functions.push(frame) - 1;
      ids.set(key, id);
    }
    of[i] = id;
  });
  return { functions, of };
}
