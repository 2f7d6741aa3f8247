import { gunzipSync } from 'node:zlib';
import { verdictProfile } from '@holdup/flame';
import type { VerdictJson } from '@holdup/model';
import { type Profile, ProfileError, readProfile } from '@holdup/profile';
import { readRecord } from '../run/read-record.ts';
import { UsageError } from '../usage-error.ts';
import { tellLarge } from './progress.ts';
import { readSource } from './read-source.ts';

export interface OpenProfile {
  readonly title: string;
  readonly profile: Profile;
}

const KNOWN =
  'pprof, V8 .cpuprofile or .heapprofile, Go goroutine or contention text, folded stacks, or the agent’s verdicts';

/**
 * Reads a profile, or verdicts as one.
 * @throws UsageError in one line when it is none or damaged.
 */
export async function openProfile(place: string): Promise<OpenProfile> {
  const { title, bytes } = await readSource(place);
  const verdicts = readVerdicts(bytes);
  if (verdicts.length > 0) return { title: titleOf(verdicts, title), profile: verdictProfile(verdicts) };
  tellLarge(bytes.length, `reading ${title}`);
  try {
    const profile = readProfile(bytes, gunzipSync);
    if (profile) return { title, profile };
  } catch (error) {
    if (error instanceof ProfileError) throw new UsageError('flame', `${title}: ${error.message}`);
    throw error;
  }
  if (isWebPage(bytes)) {
    throw new UsageError('flame', `${title} is a web page, no profile; is it the address of the profile itself?`);
  }
  throw new UsageError('flame', `${title} is no profile; known are ${KNOWN}`);
}

function isWebPage(bytes: Uint8Array): boolean {
  return /^\s*<(!doctype html|html|head|\?xml)/i.test(Buffer.from(bytes.subarray(0, 200)).toString('latin1'));
}

/** Bytes of a log of verdicts that are looked into. */
const MOST_LOG_BYTES = 64 * 1024 * 1024;

/** The verdicts of a log, one per line, of one JSON document, or of the debug endpoint; none when it is something else. */
function readVerdicts(bytes: Uint8Array): VerdictJson[] {
  const start = Buffer.from(bytes.subarray(0, MOST_LOG_BYTES)).toString('utf8').trimStart();
  if (!start.startsWith('{') || !start.includes('"ledger"')) return [];
  const whole = toVerdict(start);
  if (whole) return [whole];
  return listOfEndpoint(start) ?? start.split('\n').flatMap((line) => toVerdict(line) ?? []);
}

/** `/debug/holdup/verdicts?format=json`: one document that has them in a list. */
function listOfEndpoint(text: string): VerdictJson[] | undefined {
  try {
    const { verdicts }: { readonly verdicts?: unknown } = JSON.parse(text) ?? {};
    return Array.isArray(verdicts) ? verdicts.flatMap((each) => toVerdict(JSON.stringify(each)) ?? []) : undefined;
  } catch {
    return undefined;
  }
}

function toVerdict(text: string): VerdictJson | undefined {
  const record = text.trim() === '' ? undefined : readRecord(text);
  return record?.kind === 'verdict' ? record.verdict : undefined;
}

function titleOf(verdicts: readonly VerdictJson[], title: string): string {
  const [first] = verdicts;
  return verdicts.length === 1 && first ? `${first.route}: ${first.verdict.cause}` : title;
}
