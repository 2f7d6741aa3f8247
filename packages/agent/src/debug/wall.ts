import { makeWallProfile } from '../profiling/wall-profile.ts';
import { pprofAnswer, windowRoute } from './profiles.ts';

export const wallRoute = windowRoute({
  path: '/debug/pprof/wall',
  title: 'CPU and waiting, per stack (?seconds=10)',
  what: 'wall-clock profile',
  standardSeconds: 10,
  cpu: true,
  answer: (taken) => pprofAnswer(makeWallProfile(taken), 'wall', taken.maps),
});
