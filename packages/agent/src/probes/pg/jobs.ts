import { now } from '../../clock.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';
import type { Kit } from '../probe.ts';
import type { QueryOp } from './query-op.ts';
import type { Session, Sessions } from './session.ts';

/** As holders without a request are called. */
const BACKGROUND = 'background';
/** More transactions of jobs at once than this are not recorded: some of them may never end. */
const MAX_OPEN_JOBS = 100;

/** What requests wait for may be locked by a job: its transaction is recorded as if it were a request of that name. */
export function jobOn(session: Session, sessions: Sessions, kit: Kit): RequestRecord | undefined {
  if (session.job !== undefined || sessions.openJobs >= MAX_OPEN_JOBS) return session.job;
  sessions.openJobs++;
  session.job = kit.flight.begin('job', '', BACKGROUND, now());
  return session.job;
}

/** With the last statement of its transaction a job is over, as far as locks go. */
export function endJob({ session, end }: QueryOp, sessions: Sessions, kit: Kit): void {
  const { job } = session;
  if (job === undefined || session.transaction !== undefined || session.last !== undefined) return;
  session.job = undefined;
  sessions.openJobs--;
  kit.flight.finish(job, end);
}
