import { targetOf } from '../flow/fate.ts';
import type { Call } from '../syntax/ast.ts';
import { calledName } from '../syntax/tree.ts';
import { CHAIN_PATHS, checkChains } from './chains.ts';
import { type GoRule, namesOf } from './rule.ts';

const REQUEST = 'http.NewRequestWithContext and Client.Do';

const SQLX = 'Get MustExec NamedExec NamedQuery PrepareNamed Preparex Queryx QueryRowx Select';

/** What cannot be cancelled, and what to write instead: the calls that the linter noctx knows (of 2026-03, v0.5), sqlx's own, and dialers'. */
const CALLS = new Map<string, string>([
  ...pairs('net/http.', 'Get Head Post PostForm', () => REQUEST),
  ...pairs('net/http.Client.', 'Get Head Post PostForm', () => REQUEST),
  ['net/http.NewRequest', 'http.NewRequestWithContext'],
  ['net/http/httptest.NewRequest', 'httptest.NewRequestWithContext'],
  ['net.Listen', 'net.ListenConfig.Listen'],
  ['net.ListenPacket', 'net.ListenConfig.ListenPacket'],
  ['net.Dial', 'net.Dialer.DialContext'],
  ['net.Dialer.Dial', 'net.Dialer.DialContext'],
  ['net.DialTimeout', 'net.Dialer.DialContext with Timeout set'],
  ['net.LookupIP', 'net.Resolver.LookupIPAddr'],
  ...pairs('net.Lookup', 'CNAME Host Port SRV MX NS TXT Addr', (name) => `net.Resolver.Lookup${name}`),
  ...pairs('database/sql.DB.', 'Exec Ping Prepare Query QueryRow', (name) => `DB.${name}Context`),
  ['database/sql.DB.Begin', 'DB.BeginTx'],
  ...pairs('database/sql.Tx.', 'Exec Prepare Query QueryRow Stmt', (name) => `Tx.${name}Context`),
  ...pairs('database/sql.Stmt.', 'Exec Query QueryRow', (name) => `Stmt.${name}Context`),
  ...pairs('github.com/jmoiron/sqlx.DB.', SQLX, (name) => `DB.${name}Context`),
  ...pairs('github.com/jmoiron/sqlx.Tx.', SQLX, (name) => `Tx.${name}Context`),
  ...pairs('github.com/jmoiron/sqlx.DB.', 'Beginx MustBegin', () => 'DB.BeginTxx'),
  ...pairs('github.com/jmoiron/sqlx.Stmt.', 'Get Select Queryx QueryRowx', (name) => `Stmt.${name}Context`),
  ...pairs(
    'github.com/jmoiron/sqlx.NamedStmt.',
    'Exec Get Query Queryx QueryRow Select',
    (name) => `NamedStmt.${name}Context`,
  ),
  ['os/exec.Command', 'exec.CommandContext'],
  ['crypto/tls.Dial', 'tls.Dialer.DialContext'],
  ['crypto/tls.Dialer.Dial', 'tls.Dialer.DialContext'],
  ['crypto/tls.DialWithDialer', 'tls.Dialer.DialContext with NetDialer set'],
  ['crypto/tls.Conn.Handshake', 'tls.Conn.HandshakeContext'],
]);

function pairs(prefix: string, names: string, instead: (name: string) => string): [string, string][] {
  return names.split(' ').map((name) => [`${prefix}${name}`, instead(name)]);
}

const NAMES = namesOf(CALLS.keys());

export const noContext: GoRule = {
  info: { id: 'go/no-context', severity: 'warning', title: 'A call that no context can cancel' },
  about: ['net/http', 'net/http/httptest', 'net', 'database/sql', 'os/exec', 'crypto/tls', ...CHAIN_PATHS],
  alsoKnownAs: ['noctx'],
  inTests: true,
  check(scene) {
    if (!scene.isTest) checkChains(scene);
    for (const call of scene.callsTo(NAMES)) {
      const callee = scene.callee(call);
      const instead = callee === undefined ? undefined : CALLS.get(callee.id);
      if (callee === undefined || instead === undefined) continue;
      const later = callee.id === 'net/http.NewRequest' && isGivenContext(call);
      scene.report({
        at: calledName(call),
        message: later
          ? 'http.NewRequest takes no context, WithContext makes a copy of the request for one'
          : isListen(callee.id)
            ? `${shortName(callee.id)} takes no context: nothing ends it before it has resolved its address`
            : `${shortName(callee.id)} takes no context: it goes on when the request it serves is over`,
        help: `use ${instead}`,
        ...(later || isListen(callee.id) || scene.isTest || scene.isTestHelper ? { severity: 'note' } : {}),
      });
    }
  },
};

/** Of a service that starts: no request waits for it. */
function isListen(id: string): boolean {
  return id.startsWith('net.Listen');
}

/** `req = req.WithContext(ctx)` later. */
function isGivenContext(call: Call): boolean {
  const target = targetOf(call, 0);
  if (target.kind !== 'variable') return false;
  return target.variable.uses.some(
    ({ parent }) => parent?.kind === 'Selector' && ['WithContext', 'Clone'].includes(parent.sel.name),
  );
}

/** `http.Client.Get` of `net/http.Client.Get`. */
export function shortName(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
