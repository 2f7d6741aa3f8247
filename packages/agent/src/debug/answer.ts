/** What an endpoint answers. Nothing a request of the host carried may be in it: no bodies, headers, parameters. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export function text(body: string, status = 200): Answer {
  return { status, type: 'text/plain; charset=utf-8', body };
}

export function html(body: string): Answer {
  return { status: 200, type: 'text/html; charset=utf-8', body };
}

export function json(value: unknown, status = 200): Answer {
  return { status, type: 'application/json', body: `${JSON.stringify(value, undefined, 2)}\n` };
}

/** A refusal: one line that says what is wrong and what to do. */
export function refuse(status: number, why: string, headers?: Answer['headers']): Answer {
  const answer = text(`${why}\n`, status);
  return headers === undefined ? answer : { ...answer, headers };
}

/** Of a parameter that makes no sense: becomes an answer 400. */
export class BadQuery extends Error {}
