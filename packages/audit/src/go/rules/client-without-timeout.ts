import type { CompositeLit } from '../syntax/ast.ts';
import { calledName } from '../syntax/tree.ts';
import { constantOf } from './constants.ts';
import { isAssignedElsewhere, literalsOf } from './fields.ts';
import { shortName } from './no-context.ts';
import { type GoRule, namesOf, type Scene } from './rule.ts';

const CLIENT = 'net/http.Client';
const TRANSPORT = 'net/http.Transport';

/** They use http.DefaultClient, which has no timeout, and take no context. */
const UNBOUNDED = new Set(['Get', 'Head', 'Post', 'PostForm'].map((name) => `net/http.${name}`));

const NAMES = namesOf(UNBOUNDED);

/** Nanoseconds. A shorter one is a number without its unit: `Timeout: 30` waits for 30 ns. */
const SHORTEST = 100_000;

export const clientWithoutTimeout: GoRule = {
  info: { id: 'go/client-without-timeout', severity: 'warning', title: 'An HTTP client that waits for ever' },
  about: ['net/http'],
  alsoKnownAs: [],
  inTests: false,
  check(scene) {
    if (scene.isTestHelper) return;
    for (const call of scene.callsTo(NAMES)) {
      const id = scene.callee(call)?.id ?? '';
      if (!UNBOUNDED.has(id)) continue;
      scene.report({
        at: calledName(call),
        message: `${shortName(id)} uses http.DefaultClient, which has no timeout: a peer that does not answer holds the caller for ever`,
        help: 'use a client of your own with Timeout, or a request with a context that has a deadline',
      });
    }
    for (const { literal, fields } of literalsOf(CLIENT, scene)) checkClient(literal, fields.values, scene);
    for (const { literal, fields } of literalsOf(TRANSPORT, scene)) checkTransport(literal, fields.values, scene);
  },
};

type Values = ReadonlyMap<string, CompositeLit['elements'][number]>;

function checkClient(literal: CompositeLit, values: Values, scene: Scene): void {
  const timeout = values.get('Timeout');
  const given = timeout === undefined ? undefined : constantOf(timeout, scene);
  if (given !== undefined && given !== 0 && given < SHORTEST) {
    scene.report({
      at: timeout ?? literal,
      severity: 'error',
      message: `a timeout of ${given} ns: the number has no unit`,
      help: 'multiply it by time.Second or time.Millisecond',
    });
    return;
  }
  if ((timeout !== undefined && given !== 0) || isAssignedElsewhere('Timeout', CLIENT, scene)) return;
  scene.report({
    at: literal.type ?? literal,
    severity: 'note',
    message: 'the client has no Timeout: a request whose context has no deadline either waits for ever',
    help: 'set Timeout, or see to it that every request carries a context with a deadline',
  });
}

/** What http.DefaultTransport sets and a literal leaves at zero, which means no limit. */
function checkTransport(literal: CompositeLit, values: Values, scene: Scene): void {
  const set = (name: string): boolean => values.has(name) || isAssignedElsewhere(name, TRANSPORT, scene);
  if (set('DisableKeepAlives')) return;
  const missing = ['TLSHandshakeTimeout', 'IdleConnTimeout'].filter((name) => !set(name));
  if (missing.length === 0) return;
  scene.report({
    at: literal.type ?? literal,
    severity: 'note',
    message: `the transport has no ${missing.join(' and no ')}, which http.DefaultTransport has: zero means for ever`,
    help: 'start from http.DefaultTransport.(*http.Transport).Clone() and change what differs',
  });
}
