import type { RuleInfo } from '../../hazard.ts';
import { showLimit } from '../durations.ts';
import type { Hop, LiveLimit, Remark, Timeout } from '../hop.ts';

export const LIVE_DIFFERS: RuleInfo = {
  id: 'chain/live-differs',
  severity: 'warning',
  title: 'a running process works with another value than its files say',
};

/** Where a process and its files disagree; undefined: they do not, or one of them does not say. */
export function liveDiffers(
  hop: Hop,
  read: Timeout | undefined,
  limit: LiveLimit,
  address: string,
): Remark | undefined {
  if (read === undefined || read.ms === limit.ms || read.ms === 'unknown' || limit.ms === 'unknown') return undefined;
  const here = { message: `${hop.name}: ${limit.setting} ${showLive(limit)} (live)`, place: limit.place };
  if (read.live !== undefined) {
    return {
      rule: LIVE_DIFFERS.id,
      severity: 'warning',
      message: `${hop.name}: ${read.setting} is ${showLimit(read.ms)} at ${read.live} and ${showLive(limit)} at ${address}: two processes of one service do not wait alike`,
      help: 'find out which of them runs an old version or another configuration',
      place: read.place,
      related: [here],
    };
  }
  // Without a word about it in the files a driver that sets nothing is no news, and neither is another Node's default.
  if (read.source === 'default' && (limit.ms === 'not set' || limit.version !== undefined)) return undefined;
  const isWritten = read.source === 'set';
  return {
    rule: LIVE_DIFFERS.id,
    severity: isWritten ? 'warning' : 'note',
    message: isWritten
      ? `${hop.name}: ${read.setting} is ${showLimit(read.ms)} here, but the running process has ${showLive(limit)} (live, ${address})`
      : `${hop.name}: none of the files sets ${read.setting} (default ${showLimit(read.ms)}), but the running process has ${showLive(limit)} (live, ${address})`,
    help: isWritten
      ? 'find what decides it there: an older version, an option set later, a variable of the environment; the value that runs is the one checked here'
      : 'it is set somewhere these files do not show; the value that runs is the one checked here',
    place: read.place,
    related: [here],
  };
}

function showLive({ ms }: LiveLimit): string {
  return ms === 'not set' ? 'none set' : showLimit(ms);
}
