import { App } from './app.ts';
import { loadPayload } from './data/load.ts';
import './page.css';
import { el } from './ui/dom.ts';
import { followSystemTheme } from './ui/theme.ts';

async function main(): Promise<void> {
  followSystemTheme();
  const app = new App(await loadPayload());
  app.focusStage();
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  document.body.append(el('p', { class: 'failed', role: 'alert' }, `This flame graph cannot be shown: ${message}`));
});
