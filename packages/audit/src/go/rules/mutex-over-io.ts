import { contains, findPoint } from '../flow/graph.ts';
import { walkFrom } from '../flow/walk.ts';
import type { Call, FuncDecl } from '../syntax/ast.ts';
import { calledName, enclosingFunc } from '../syntax/tree.ts';
import { typeName } from '../types/go-type.ts';
import { constantOf } from './constants.ts';
import { shortName } from './no-context.ts';
import { type GoRule, namesOf, type Scene } from './rule.ts';

const LOCKS = new Map([
  ['sync.Mutex.Lock', 'Unlock'],
  ['sync.RWMutex.Lock', 'Unlock'],
  ['sync.RWMutex.RLock', 'RUnlock'],
]);

const NAMES = namesOf(LOCKS.keys());

/** Calls that wait for another machine, another process or the clock. Disk and single connections are left out: locks over them are often the point. */
const WAITS =
  /^(?:net\/http\.(?:Client\.)?(?:Do|Get|Head|Post|PostForm)|net\.(?:Dial|DialTimeout|Lookup\w+|Dialer\.Dial\w*)|crypto\/tls\.(?:Dial\w*|Conn\.Handshake\w*)|database\/sql\.(?:DB|Tx|Stmt)\.(?:Exec|Query|QueryRow|Ping|Begin|BeginTx|Prepare|Commit)(?:Context)?|github\.com\/jackc\/pgx\/v[45](?:\/pgxpool)?\.(?:Pool|Tx)\.(?:Exec|Query|QueryRow|Begin|BeginTx|Acquire|Commit)|gorm\.io\/gorm\.DB\.(?:First|Take|Last|Find|Create|Save|Updates?|Delete|Count|Scan|Pluck|Exec|Transaction|Begin|Commit)|github\.com\/jmoiron\/sqlx\.(?:DB|Tx)\.(?:Get|Select|Queryx|QueryRowx|NamedExec|NamedQuery)(?:Context)?|os\/exec\.Cmd\.(?:Run|Output|CombinedOutput|Wait)|time\.Sleep)$/;

/** Types of modules that are clients of a server: every method of theirs that takes a context waits for it. */
const REMOTE =
  /^(?:github\.com\/(?:redis\/go-redis|go-redis\/redis|aws\/aws-sdk-go-v2\/service|elastic\/go-elasticsearch)|go\.mongodb\.org\/mongo-driver|cloud\.google\.com\/go|go\.etcd\.io\/etcd\/client)\//;

const CONTEXT = /\b(?:ctx|context)\b|Ctx$|Context(?:\(\))?$/;

export const mutexOverIo: GoRule = {
  info: {
    id: 'go/mutex-over-io',
    severity: 'warning',
    title: 'A mutex held while waiting for the network, a process or the clock',
  },
  about: ['sync'],
  alsoKnownAs: [],
  inTests: false,
  check(scene) {
    for (const lock of scene.callsTo(NAMES)) {
      const unlock = LOCKS.get(scene.callee(lock)?.id ?? '');
      if (unlock !== undefined && lock.fun.kind === 'Selector') checkLock(lock, scene.text(lock.fun.x), unlock, scene);
    }
  },
};

function checkLock(lock: Call, mutex: string, unlock: string, scene: Scene): void {
  const func = enclosingFunc(lock);
  const graph = func === undefined ? undefined : scene.graph(func);
  const start = graph === undefined || func === undefined ? undefined : findPoint(graph, lock);
  if (func === undefined || start === undefined) return;
  const calls = scene.callsIn(func).filter((call) => enclosingFunc(call) === func && !isDetached(call));
  let found: { readonly call: Call; readonly what: string } | undefined;
  walkFrom(start, {
    exits: 'pass',
    at: (node) => {
      for (const call of calls) {
        if (!contains(node, call)) continue;
        if (unlocks(call, mutex, unlock, scene)) return 'stop';
        const what = waitOf(call, scene);
        if (what !== undefined && (found === undefined || call.pos < found.call.pos)) found = { call, what };
      }
      return 'go';
    },
  });
  if (found === undefined) return;
  scene.report({
    at: calledName(found.call),
    message: `${found.what} while ${mutex} is held: whoever wants the lock waits as long as this takes`,
    help: 'take what is needed under the lock, release it, then call',
    related: [{ at: calledName(lock), message: 'locked here' }],
  });
}

/** Nanoseconds. Shorter sleeps let others run, and hold nobody up. */
const NAP = 1e6;

function isNap(call: Call, id: string, scene: Scene): boolean {
  const [length] = call.args;
  if (id !== 'time.Sleep' || length === undefined) return false;
  const given = constantOf(length, scene);
  return given !== undefined && given < NAP;
}

function isDetached(call: Call): boolean {
  return call.parent?.kind === 'Go' || call.parent?.kind === 'Defer';
}

function unlocks(call: Call, mutex: string, unlock: string, scene: Scene): boolean {
  return call.fun.kind === 'Selector' && call.fun.sel.name === unlock && scene.text(call.fun.x) === mutex;
}

/** What the call waits for: itself, or as a function of this package what it calls directly. */
function waitOf(call: Call, scene: Scene): string | undefined {
  const callee = scene.callee(call);
  if (callee === undefined) return remoteOf(call, scene);
  if (callee.dynamic) return undefined;
  if (isNap(call, callee.id, scene)) return undefined;
  if (WAITS.test(callee.id)) return `${shortName(callee.id)} is called`;
  const decl = callee.entry?.decl;
  if (decl === undefined) return undefined;
  const inner = scene.memo('waits', decl, undefined, () => waitWithin(decl, scene));
  return inner === undefined ? undefined : `${decl.name.name} calls ${inner}`;
}

/** A method that takes a context, of a type of a module that talks to a server and whose methods are not described here. */
function remoteOf({ fun, args }: Call, scene: Scene): string | undefined {
  const [context] = args;
  if (fun.kind !== 'Selector' || context === undefined) return undefined;
  const type = typeName(scene.typeOf(fun.x));
  if (!REMOTE.test(type) || !CONTEXT.test(scene.text(context))) return undefined;
  return `${shortName(type)}.${fun.sel.name} is called`;
}

function waitWithin(decl: FuncDecl, scene: Scene): string | undefined {
  const home = scene.sceneOf(decl);
  const found = home?.callsIn(decl).find((call) => isPlainWait(call, decl, home));
  const id = found === undefined ? undefined : home?.callee(found)?.id;
  return id === undefined ? undefined : shortName(id);
}

/** A function that unlocks around its wait does so knowingly. */
function isPlainWait(call: Call, decl: FuncDecl, home: Scene): boolean {
  const id = home.callee(call)?.id ?? '';
  if (enclosingFunc(call) !== decl || isDetached(call) || !WAITS.test(id) || isNap(call, id, home)) return false;
  return !home.callsIn(decl).some((each) => each.fun.kind === 'Selector' && each.fun.sel.name === 'Unlock');
}
