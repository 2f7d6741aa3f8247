import { makeBlockProfile } from '../profiling/wait-profile.ts';
import { pprofAnswer, windowRoute } from './profiles.ts';

export const blockRoute = windowRoute({
  path: '/debug/pprof/block',
  title: 'waits by the stack that waited (?seconds=10)',
  what: 'block profile',
  standardSeconds: 10,
  cpu: false,
  answer: ({ data, maps, comments }) => pprofAnswer(makeBlockProfile(data, maps, comments), 'block', maps),
});
