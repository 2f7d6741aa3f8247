import { descendants, isFunction, type Node, type Tree } from './tree.ts';

/** How a stretch of code can be left. */
export type ExitKind = 'end' | 'return' | 'throw' | 'break' | 'continue';

export interface Exit {
  readonly kind: ExitKind;
  readonly held: boolean;
  /** What leaves: a return, a call that may throw, the last statement. */
  readonly node: Node;
  readonly label?: string;
}

/** A thing that is taken in one place and given back in others. */
export interface Hold {
  readonly tree: Tree;
  /** Gives it back. */
  readonly isRelease: (node: Node) => boolean;
  /** Where the test fails there is nothing to give back: `if (client) client.release()`. */
  readonly isPresenceTest: (test: Node) => boolean;
  /** Called for each expression evaluated while it is held. */
  readonly onHeld?: (node: Node) => void;
}

/** Undefined: cannot be reached. */
type State = boolean | undefined;

interface Outcome {
  readonly next: State;
  readonly exits: readonly Exit[];
}

/**
 * Follows every path from just after `taken` to the end of its function. Calls and awaits may throw; conditions may go either way.
 * @returns The ways out on which the thing is still held; `end` is the end of the function.
 */
export function followHold(hold: Hold, taken: Node): Exit[] {
  // The statement that takes, in its list; then what follows the lists around it, outwards.
  let at: Node = taken;
  let state: State = true;
  let exits: Exit[] = [];
  for (let parent = at.parent; parent; parent = at.parent) {
    if (isFunction(parent) || parent.type === 'Program') {
      if (state) exits.push({ kind: 'end', held: true, node: at });
      break;
    }
    const following = statementsAfter(parent, at);
    if (following) {
      const outcome = runList(following, state, hold);
      state = outcome.next;
      exits.push(...outcome.exits);
    } else if (parent.type === 'TryStatement') {
      const left = leaveTry(parent, at, { next: state, exits }, hold);
      state = left.next;
      exits = [...left.exits];
    } else if (isLoop(parent)) {
      ({ state, exits } = leaveLoop(state, exits));
    } else if (parent.type === 'SwitchStatement') {
      const broken = exits.filter(({ kind }) => kind === 'break');
      exits = exits.filter(({ kind }) => kind !== 'break');
      state = merge(state, ...broken.map(({ held }) => held));
    }
    at = parent;
  }
  return exits.filter(({ held }) => held);
}

function leaveLoop(state: State, exits: readonly Exit[]): { state: State; exits: Exit[] } {
  const inner = exits.filter(({ kind }) => kind === 'break' || kind === 'continue');
  return {
    state: merge(state, ...inner.map(({ held }) => held)),
    exits: exits.filter(({ kind }) => kind !== 'break' && kind !== 'continue'),
  };
}

function isLoop({ type }: Node): boolean {
  return /^(?:For|ForIn|ForOf|While|DoWhile)Statement$/.test(type);
}

function statementsAfter(parent: Node, at: Node): readonly Node[] | undefined {
  const list: readonly Node[] | undefined =
    parent.type === 'BlockStatement' || parent.type === 'StaticBlock'
      ? parent.body
      : parent.type === 'SwitchCase'
        ? parent.consequent
        : undefined;
  if (!list) return undefined;
  const index = list.indexOf(at);
  return index === -1 ? undefined : list.slice(index + 1);
}

/** What was taken inside a part of a try statement: the parts after it have their turn. */
function leaveTry(node: Extract<Node, { type: 'TryStatement' }>, part: Node, outcome: Outcome, hold: Hold): Outcome {
  if (part === node.finalizer) return outcome;
  const caught = part === node.block && node.handler ? catchThrows(node.handler, outcome, hold) : outcome;
  return node.finalizer ? runFinalizer(node.finalizer, caught, hold) : caught;
}

function catchThrows(handler: Extract<Node, { type: 'CatchClause' }>, { next, exits }: Outcome, hold: Hold): Outcome {
  const thrown = exits.filter(({ kind }) => kind === 'throw');
  const others = exits.filter(({ kind }) => kind !== 'throw');
  if (thrown.length === 0) return { next, exits };
  const handled = run(handler.body, merge(...thrown.map(({ held }) => held)), hold);
  return { next: merge(next, handled.next), exits: [...others, ...handled.exits] };
}

function runFinalizer(finalizer: Node, { next, exits }: Outcome, hold: Hold): Outcome {
  const entries = [next, ...exits.map(({ held }) => held)].filter((state) => state !== undefined);
  if (entries.length === 0) return { next, exits };
  const whenHeld = run(finalizer, true, hold);
  const own = entries.includes(true)
    ? whenHeld.exits.filter(({ kind }) => kind !== 'throw' || whenHeld.next !== false)
    : [];
  const after = (state: State): State => (state === true ? whenHeld.next : state);
  return {
    next: after(next),
    exits: [
      ...own,
      ...exits.flatMap((exit) => {
        const held = after(exit.held);
        return held === undefined ? [] : [{ ...exit, held }];
      }),
    ],
  };
}

function runList(statements: readonly Node[], state: State, hold: Hold): Outcome {
  const exits: Exit[] = [];
  let next = state;
  for (const statement of statements) {
    if (next === undefined) break;
    const outcome = run(statement, next, hold);
    exits.push(...outcome.exits);
    next = outcome.next;
  }
  return { next, exits };
}

function run(node: Node, state: State, hold: Hold): Outcome {
  switch (node.type) {
    case 'BlockStatement':
      return runList(node.body, state, hold);
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'EmptyStatement':
      return { next: state, exits: [] };
    case 'IfStatement':
      return runIf(node, state, hold);
    case 'TryStatement': {
      const block = run(node.block, state, hold);
      const caught = node.handler ? catchThrows(node.handler, block, hold) : block;
      return node.finalizer ? runFinalizer(node.finalizer, caught, hold) : caught;
    }
    case 'ReturnStatement':
    case 'ThrowStatement': {
      const value = node.argument ? evaluate(node.argument, state, hold) : { next: state, exits: [] };
      const kind = node.type === 'ReturnStatement' ? 'return' : 'throw';
      return { next: undefined, exits: [...value.exits, ...leave(kind, value.next, node)] };
    }
    case 'BreakStatement':
      return { next: undefined, exits: leave('break', state, node) };
    case 'ContinueStatement':
      return { next: undefined, exits: leave('continue', state, node) };
    case 'LabeledStatement':
      return run(node.body, state, hold);
    case 'ForStatement':
      return runLoop(
        [node.init, node.test].filter((it) => it !== null),
        node.body,
        node.test === null,
        state,
        hold,
      );
    case 'ForInStatement':
    case 'ForOfStatement':
      return runLoop([node.right], node.body, false, state, hold);
    case 'WhileStatement':
      return runLoop([node.test], node.body, isTrue(node.test), state, hold);
    case 'DoWhileStatement':
      return runLoop([node.test], node.body, isTrue(node.test), state, hold);
    case 'SwitchStatement':
      return runSwitch(node, state, hold);
    default:
      return evaluate(node, state, hold);
  }
}

function leave(kind: ExitKind, state: State, node: Node): Exit[] {
  return state === undefined ? [] : [{ kind, held: state, node }];
}

function runIf(node: Extract<Node, { type: 'IfStatement' }>, state: State, hold: Hold): Outcome {
  const test = evaluate(node.test, state, hold);
  const present = hold.isPresenceTest(node.test);
  const yes = run(node.consequent, test.next, hold);
  const otherwise: State = present && test.next === true ? false : test.next;
  const no = node.alternate ? run(node.alternate, otherwise, hold) : { next: otherwise, exits: [] };
  // Nothing is held where the test fails, and where it holds the branch says.
  const next = present && !node.alternate ? yes.next : merge(yes.next, no.next);
  return { next, exits: [...test.exits, ...yes.exits, ...no.exits] };
}

function runLoop(heads: readonly Node[], body: Node, endless: boolean, state: State, hold: Hold): Outcome {
  const exits: Exit[] = [];
  let before = state;
  for (const head of heads) {
    const outcome = evaluate(head, before, hold);
    exits.push(...outcome.exits);
    before = outcome.next;
  }
  const round = run(body, before, hold);
  const left = leaveLoop(
    undefined,
    round.exits.filter(({ kind }) => kind === 'break'),
  );
  exits.push(...round.exits.filter(({ kind }) => kind !== 'break' && kind !== 'continue'));
  return { next: endless ? left.state : merge(before, round.next, left.state), exits };
}

function runSwitch(node: Extract<Node, { type: 'SwitchStatement' }>, state: State, hold: Hold): Outcome {
  const test = evaluate(node.discriminant, state, hold);
  const exits: Exit[] = [...test.exits];
  const hasDefault = node.cases.some((it) => it.test === null);
  let fallen: State;
  let next: State = hasDefault ? undefined : test.next;
  for (const item of node.cases) {
    const outcome = runList(item.consequent, merge(test.next, fallen), hold);
    fallen = outcome.next;
    next = merge(next, ...outcome.exits.filter(({ kind }) => kind === 'break').map(({ held }) => held));
    exits.push(...outcome.exits.filter(({ kind }) => kind !== 'break'));
  }
  return { next: merge(next, fallen), exits };
}

/** An expression: it may throw before it gives the thing back, and does not after. */
function evaluate(node: Node, state: State, hold: Hold): Outcome {
  if (state !== true) return { next: state, exits: [] };
  let released = false;
  let mayThrow: Node | undefined;
  for (const inner of descendants(hold.tree, node, false)) {
    hold.onHeld?.(inner);
    if (hold.isRelease(inner)) released = true;
    else if (isProcessExit(inner)) return { next: undefined, exits: [] };
    else if (inner.type === 'AwaitExpression') mayThrow ??= inner;
  }
  const exits: Exit[] = mayThrow && !released ? [{ kind: 'throw', held: true, node: mayThrow }] : [];
  return { next: !released, exits };
}

function isProcessExit(node: Node): boolean {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return false;
  const { object, property } = node.callee;
  return (
    object.type === 'Identifier' &&
    object.name === 'process' &&
    property.type === 'Identifier' &&
    property.name === 'exit'
  );
}

function isTrue(node: Node): boolean {
  return node.type === 'Literal' && Boolean(node.value);
}

function merge(...states: State[]): State {
  if (states.includes(true)) return true;
  return states.includes(false) ? false : undefined;
}
