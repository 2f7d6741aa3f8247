import { indexRoute } from './index-page.ts';
import { loopRoute } from './loop.ts';
import type { Route } from './route.ts';

/** Every endpoint. A new one is its own file and one line here. */
export const ROUTES: readonly Route[] = [indexRoute, loopRoute];
