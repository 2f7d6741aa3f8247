import { type FileHandle, open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as pause } from 'node:timers/promises';
import type { VerdictJson } from '@holdup/agent';

export interface SeenVerdict {
  readonly json: VerdictJson;
  /** Epoch milliseconds when the request started. */
  readonly startedAt: number;
  /** Epoch milliseconds when the verdict was read. */
  readonly seenAt: number;
}

export interface VerdictLog {
  /** In the order of arrival. */
  readonly verdicts: readonly SeenVerdict[];
  /** What else the agent had to say. */
  readonly notices: readonly string[];
  close(): Promise<void>;
}

const POLL_MS = 25;
const READ_BYTES = 1 << 20;

type Line =
  | ({ readonly holdup: 'verdict' } & VerdictJson)
  | { readonly holdup: 'notice'; readonly text: string }
  | { readonly holdup: 'started' };

/** Follows the agent's records. The file need not exist yet. `close` rejects when a line was no JSON. */
export function followVerdicts(path: string): VerdictLog {
  const verdicts: SeenVerdict[] = [];
  const notices: string[] = [];
  const take = (line: Line): void => {
    if (line.holdup === 'notice') notices.push(line.text);
    if (line.holdup === 'verdict') {
      verdicts.push({ json: line, startedAt: Date.parse(line.startedAt), seenAt: Date.now() });
    }
  };
  let closed = false;
  const follow = async (): Promise<void> => {
    const buffer = Buffer.alloc(READ_BYTES);
    const decoder = new StringDecoder('utf8');
    let file: FileHandle | undefined;
    let rest = '';
    while (!closed) {
      await pause(POLL_MS);
      file ??= await open(path, 'r').catch(() => undefined);
      if (file === undefined) continue;
      const { bytesRead } = await file.read(buffer, 0, READ_BYTES);
      const lines = (rest + decoder.write(buffer.subarray(0, bytesRead))).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) take(JSON.parse(line) as Line);
    }
    await file?.close();
  };
  const followed = follow();
  // Reported by close(); until then it is no unhandled rejection.
  followed.catch(() => {});
  return {
    verdicts,
    notices,
    close: () => {
      closed = true;
      return followed;
    },
  };
}
