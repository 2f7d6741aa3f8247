import { html } from './answer.ts';
import { escapeHtml, page } from './page.ts';
import type { Route } from './route.ts';
import { ROUTES } from './routes.ts';

export const indexRoute: Route = {
  path: '/debug/pprof/',
  title: 'this page',
  async handle() {
    const rows = ROUTES.filter((route) => route !== indexRoute).map(({ path, title, linkQuery = '' }) => {
      return `<tr><td><a href="${path}${linkQuery}">${path}</a></td><td>${escapeHtml(title)}</td></tr>`;
    });
    const body = `<h1>Holdup</h1><p>Process ${process.pid}, Node ${process.version}. These pages are served by a thread of
their own and answer while the event loop is blocked.</p><table>${rows.join('\n')}</table>`;
    return html(page('Holdup: debug endpoints', body));
  },
};
