import type { Expr } from '../syntax/ast.ts';
import { calledName } from '../syntax/tree.ts';
import { constantOf } from './constants.ts';
import { isAssignedElsewhere, type Made, madeOf } from './fields.ts';
import { enclosingHandler } from './handler.ts';
import { shortName } from './no-context.ts';
import { type GoRule, namesOf, type Scene, type Span } from './rule.ts';

const SERVER = 'net/http.Server';

/** These start a server that has no limits at all and offers no place to set them. */
const STARTS = new Set(['ListenAndServe', 'ListenAndServeTLS', 'Serve', 'ServeTLS'].map((name) => `net/http.${name}`));

const NAMES = namesOf(STARTS);

export const serverWithoutTimeouts: GoRule = {
  info: {
    id: 'go/server-without-timeouts',
    severity: 'warning',
    title: 'An HTTP server without, or with contradicting, limits',
  },
  about: ['net/http'],
  alsoKnownAs: ['gosec', 'G112', 'G114'],
  inTests: false,
  check(scene) {
    if (scene.isTestHelper) return;
    for (const call of scene.callsTo(NAMES)) {
      const id = scene.callee(call)?.id;
      if (id === undefined || !STARTS.has(id)) continue;
      scene.report({
        at: calledName(call),
        message: `${shortName(id)} serves without any timeout: a client that sends or reads slowly keeps its goroutine and socket for ever`,
        help: 'make an http.Server with ReadHeaderTimeout (and IdleTimeout), and call its method',
      });
    }
    for (const made of madeOf(SERVER, scene)) {
      checkMissing(made, scene);
      checkContradictions(made, scene);
    }
  },
};

function checkMissing({ at, values }: Made, scene: Scene): void {
  const set = (name: string): boolean => values.has(name) || isAssignedElsewhere(name, SERVER, scene);
  if (set('ReadHeaderTimeout') || set('ReadTimeout')) return;
  scene.report({
    at,
    message:
      'the server has neither ReadHeaderTimeout nor ReadTimeout: a client that sends its headers slowly keeps a connection for ever',
    help: 'set ReadHeaderTimeout',
  });
}

function checkContradictions({ at, values }: Made, scene: Scene): void {
  const nanoseconds = (name: string): number | undefined => {
    const value = values.get(name);
    return value === undefined ? undefined : constantOf(value, scene);
  };
  const header = nanoseconds('ReadHeaderTimeout');
  const read = nanoseconds('ReadTimeout');
  if (header !== undefined && read !== undefined && read > 0 && header > read) {
    scene.report({
      at: values.get('ReadHeaderTimeout') ?? at,
      message:
        'ReadHeaderTimeout is longer than ReadTimeout: a slow client may take the longer one before it sent a byte of the body',
      help: 'make ReadHeaderTimeout the shorter of the two',
    });
  }
  const write = nanoseconds('WriteTimeout');
  if (write === undefined || write <= 0) return;
  checkBodies(values.get('WriteTimeout') ?? at, write, read, scene);
  checkBudgets(values.get('WriteTimeout') ?? at, write, scene);
  checkTimeoutHandler(values.get('Handler'), write, scene);
}

/** WriteTimeout counts from the end of the headers: the body is read within it. */
function checkBodies(at: Span, write: number, read: number | undefined, scene: Scene): void {
  if (read === undefined || read <= write) return;
  scene.report({
    at,
    severity: 'note',
    message: `a client may take ${read / 1e9} s to send its body, but ${write / 1e9} s after its headers nothing can be answered any more`,
    help: 'make WriteTimeout longer than ReadTimeout by what the handler needs',
  });
}

/** Its expiry neither interrupts the handler nor answers: the handler's own budget must end first. */
function checkBudgets(at: Span, write: number, scene: Scene): void {
  for (const sibling of scene.siblings()) {
    for (const call of sibling.callsTo(['WithTimeout'])) {
      const limit = call.args[1];
      if (limit === undefined || sibling.callee(call)?.id !== 'context.WithTimeout') continue;
      const budget = constantOf(limit, sibling);
      if (budget === undefined || budget <= write || enclosingHandler(call, sibling) === undefined) continue;
      scene.report({
        at,
        message: `a handler of this package gives its work ${budget / 1e9} s, but after ${write / 1e9} s the connection is cut: the client gets no answer, not even an error`,
        help: 'make WriteTimeout longer than the longest budget of a handler',
      });
      return;
    }
  }
}

function checkTimeoutHandler(given: Expr | undefined, write: number, scene: Scene): void {
  // `h := http.TimeoutHandler(…)` before the server is made.
  const handler = given?.kind === 'Ident' ? given.variable?.value : given;
  if (handler?.kind !== 'Call') return;
  const limit = handler.args[1];
  const allowed =
    scene.callee(handler)?.id === 'net/http.TimeoutHandler' && limit ? constantOf(limit, scene) : undefined;
  if (allowed === undefined || allowed < write) return;
  scene.report({
    at: handler.args[1] ?? handler,
    message:
      'the TimeoutHandler allows as long as WriteTimeout or longer: the connection is cut before its 503 can be sent',
    help: 'make the TimeoutHandler the shorter of the two',
  });
}
