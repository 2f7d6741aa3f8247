import { App } from './app.ts';
import { loadOutline, loadProfile } from './data/load.ts';
import './page.css';
import { el } from './ui/dom.ts';
import { followSystemTheme } from './ui/theme.ts';

/** Milliseconds to wait for a frame of the screen: a page in the background has none. */
const FRAME_PATIENCE_MS = 100;

async function main(): Promise<void> {
  followSystemTheme();
  const outline = await showOutline();
  try {
    const app = new App(await loadProfile());
    outline?.remove();
    app.listen();
    app.focusStage();
  } finally {
    document.body.inert = false;
  }
}

/** Draws the largest boxes of a large profile. Nobody can do anything with them: the whole is there before one has seen them. */
async function showOutline(): Promise<App | undefined> {
  // A link to a box or a function names one of the whole.
  const payload = location.hash === '' ? await loadOutline() : undefined;
  if (!payload) return undefined;
  document.body.inert = true;
  const app = new App(payload);
  await Promise.race([drawnFrame(), new Promise((resolve) => setTimeout(resolve, FRAME_PATIENCE_MS))]);
  return app;
}

/** Until what was changed is on the screen. */
function drawnFrame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  document.body.append(el('p', { class: 'failed', role: 'alert' }, `This flame graph cannot be shown: ${message}`));
});
