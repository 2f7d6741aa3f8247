import { makeMutexProfile } from '../profiling/mutex-profile.ts';
import { pprofAnswer, windowRoute } from './profiles.ts';

export const mutexRoute = windowRoute({
  path: '/debug/pprof/mutex',
  title: 'contention by the stack that held: pools, locks, sockets, the event loop (?seconds=10)',
  what: 'mutex profile',
  standardSeconds: 10,
  cpu: true,
  answer: (taken) => pprofAnswer(makeMutexProfile(taken), 'mutex', taken.maps),
});
