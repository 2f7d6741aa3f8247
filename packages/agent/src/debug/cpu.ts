import { makeCpuProfile } from '../profiling/cpu-profile.ts';
import { pprofAnswer, windowRoute } from './profiles.ts';

export const cpuRoute = windowRoute({
  path: '/debug/pprof/profile',
  title: 'CPU profile of the main thread, by request (?seconds=30)',
  what: 'CPU profile',
  standardSeconds: 30,
  cpu: true,
  answer: (taken) => pprofAnswer(makeCpuProfile(taken), 'profile', taken.maps),
});
