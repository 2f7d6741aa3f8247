/**
 * The floor under any agent that knows whose request the running code belongs to: one AsyncLocalStorage, entered once per
 * request from the channel Node publishes on. Nothing is recorded.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';

const storage = new AsyncLocalStorage<object>();
subscribe('http.server.request.start', () => storage.enterWith({}));
