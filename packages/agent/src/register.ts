/** `node --import @holdup/agent/register app.js`: starts the agent before the application loads. */
import { start } from './start.ts';

start();
