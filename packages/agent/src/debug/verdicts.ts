import type { VerdictJson } from '@holdup/model';
import type { Route } from './route.ts';
import { count, formatMs } from './time-text.ts';
import { answerWith, type View } from './view.ts';
import type { VerdictsWire } from './wire.ts';

export const verdictsRoute: Route = {
  path: '/debug/holdup/verdicts',
  title: 'the latest verdicts on late requests; json has all of each (?format=text|json|html)',
  handle: (query, site) => answerWith('verdicts', VIEW, query, site),
};

const VIEW: View<VerdictsWire> = { title: 'Verdicts', text: toText };

function toText({ verdicts, made, skipped }: VerdictsWire): string {
  const more = skipped === 0 ? '' : `, ${skipped} more late requests were not diagnosed, to stay cheap`;
  const head = `${count(made, 'verdict')} since the process began${more}; the latest first`;
  return [head, ...verdicts.flatMap((verdict) => ['', ...verdictLines(verdict)])].join('\n');
}

function verdictLines({ route, startedAt, wallMs, budgetMs, traceId, ledger, verdict }: VerdictJson): string[] {
  const budget = budgetMs === null ? '' : `, budget ${formatMs(budgetMs)}`;
  const accounts = ledger.slice(0, 3).map(({ account, ms }) => `${account} ${formatMs(ms)}`);
  return [
    `${startedAt}  ${route} took ${formatMs(wallMs)}${budget}  trace ${traceId}`,
    `  ${verdict.cause}: ${verdict.summary}`,
    `  ${accounts.join(', ')}`,
  ];
}
