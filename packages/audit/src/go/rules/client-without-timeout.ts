import { targetOf } from '../flow/fate.ts';
import type { Call, Expr } from '../syntax/ast.ts';
import { calledName } from '../syntax/tree.ts';
import { constantOf } from './constants.ts';
import { isAssignedElsewhere, type Made, madeOf } from './fields.ts';
import { shortName } from './no-context.ts';
import { type GoRule, namesOf, type Scene } from './rule.ts';

const CLIENT = 'net/http.Client';
const TRANSPORT = 'net/http.Transport';

/** They use http.DefaultClient, which has no timeout, and take no context. */
const UNBOUNDED = new Set(['Get', 'Head', 'Post', 'PostForm'].map((name) => `net/http.${name}`));

const NAMES = namesOf(UNBOUNDED);

const RESTY = new Set(['github.com/go-resty/resty/v2', 'resty.dev/v3']);

/** Nanoseconds. A shorter one is a number without its unit: `Timeout: 30` waits for 30 ns. */
const SHORTEST = 100_000;

export const clientWithoutTimeout: GoRule = {
  info: { id: 'go/client-without-timeout', severity: 'warning', title: 'An HTTP client that waits for ever' },
  about: ['net/http', ...RESTY.keys()],
  alsoKnownAs: [],
  inTests: false,
  check(scene) {
    if (scene.isTestHelper) return;
    for (const call of scene.callsTo(NAMES)) {
      const id = scene.callee(call)?.id ?? '';
      if (!UNBOUNDED.has(id) && !isOfDefaultClient(call, scene)) continue;
      scene.report({
        at: calledName(call),
        message: `${shortName(id)} uses http.DefaultClient, which has no timeout: a peer that does not answer holds the caller for ever`,
        help: 'use a client of your own with Timeout, or a request with a context that has a deadline',
      });
    }
    checkResty(scene);
    for (const made of madeOf(CLIENT, scene)) checkClient(made, scene);
    for (const made of madeOf(TRANSPORT, scene)) checkTransport(made, scene);
  },
};

/** resty makes its `http.Client` itself, without a timeout. */
function checkResty(scene: Scene): void {
  for (const call of scene.callsTo(['New'])) {
    if (!RESTY.has((scene.callee(call)?.id ?? '').replace(/\.New$/, '')) || isGivenTimeout(call, scene)) continue;
    scene.report({
      at: calledName(call),
      severity: 'note',
      message: 'the client has no timeout: a request whose context has no deadline either waits for ever',
      help: 'call SetTimeout on it, or see to it that every request is given a context with a deadline',
    });
  }
}

/** In the chain that begins with the call, or on the variable it is given to; of what is kept elsewhere, anywhere in the package. */
function isGivenTimeout(made: Call, scene: Scene): boolean {
  let last: Expr = made;
  for (let link = last.parent; link?.kind === 'Selector' && link.parent?.kind === 'Call'; link = last.parent) {
    if (link.sel.name === 'SetTimeout') return true;
    last = link.parent;
  }
  if (last.parent?.kind === 'Return') return false;
  const target = last.kind === 'Call' ? targetOf(last, 0) : undefined;
  if (target?.kind !== 'variable') return scene.calledNames().has('SetTimeout');
  return target.variable.uses.some(({ parent }) => parent?.kind === 'Selector' && parent.sel.name === 'SetTimeout');
}

/** `http.DefaultClient.Get(…)`. */
function isOfDefaultClient({ fun }: Call, scene: Scene): boolean {
  if (fun.kind !== 'Selector' || fun.x.kind !== 'Selector' || fun.x.sel.name !== 'DefaultClient') return false;
  return scene.types.importPath(fun.x.x, scene.file) === 'net/http';
}

function checkClient({ at, values }: Made, scene: Scene): void {
  const timeout = values.get('Timeout');
  const given = timeout === undefined ? undefined : constantOf(timeout, scene);
  if (given !== undefined && given !== 0 && given < SHORTEST) {
    scene.report({
      at: timeout ?? at,
      severity: 'error',
      message: `a timeout of ${given} ns: the number has no unit`,
      help: 'multiply it by time.Second or time.Millisecond',
    });
    return;
  }
  if ((timeout !== undefined && given !== 0) || isAssignedElsewhere('Timeout', CLIENT, scene)) return;
  scene.report({
    at,
    severity: 'note',
    message: 'the client has no Timeout: a request whose context has no deadline either waits for ever',
    help: 'set Timeout, or see to it that every request carries a context with a deadline',
  });
}

/** What http.DefaultTransport sets and a literal leaves at zero, which means no limit. */
function checkTransport({ at, values }: Made, scene: Scene): void {
  const set = (name: string): boolean => values.has(name) || isAssignedElsewhere(name, TRANSPORT, scene);
  if (set('DisableKeepAlives')) return;
  const missing = ['TLSHandshakeTimeout', 'IdleConnTimeout'].filter((name) => !set(name));
  if (missing.length === 0) return;
  scene.report({
    at,
    severity: 'note',
    message: `the transport has no ${missing.join(' and no ')}, which http.DefaultTransport has: zero means for ever`,
    help: 'start from http.DefaultTransport.(*http.Transport).Clone() and change what differs',
  });
}
