import { json } from './answer.ts';
import type { Route } from './route.ts';

export const loopRoute: Route = {
  path: '/debug/holdup/loop',
  title: 'the event loop: is it blocked, by what; the last blocks with their stacks',
  async handle(_query, site) {
    const reading = await site.evaluate('loop');
    return json({ ...site.vitals(), reading });
  },
};
