/** V8's CPU profiler at 10 ms for as long as the process lives, by itself: what a profile's samples cost, without what makes them say whose they are. */
import { Session } from 'node:inspector';

/** What every profile of the agent uses. Microseconds. */
const INTERVAL_US = 10_000;

const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US });
session.post('Profiler.start');
