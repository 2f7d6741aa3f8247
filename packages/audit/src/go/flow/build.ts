import type {
  Block,
  Branch,
  Call,
  CaseClause,
  Expr,
  For,
  Func,
  If,
  Node,
  Range,
  Select,
  Stmt,
  Switch,
  TypeSwitch,
} from '../syntax/ast.ts';
import { dropUnreachableExits, type FlowBlock, type FlowEdge, type FlowGraph } from './graph.ts';
import { Targets } from './targets.ts';

/** The function's control-flow graph. `mayReturn` tells of a call whether it can come back (`os.Exit` does not). */
export function buildGraph(func: Func, body: Block, mayReturn: (call: Call) => boolean): FlowGraph {
  const builder = new Builder(mayReturn);
  const entry = builder.run(body);
  return { func, entry, blocks: builder.blocks };
}

class Builder {
  readonly blocks: FlowBlock[] = [];
  readonly #mayReturn: (call: Call) => boolean;
  readonly #targets = new Targets(() => this.#block());
  #at: FlowBlock;
  #label: string | undefined;

  constructor(mayReturn: (call: Call) => boolean) {
    this.#mayReturn = mayReturn;
    this.#at = this.#block();
  }

  run(body: Block): FlowBlock {
    const entry = this.#at;
    this.#stmts(body.stmts);
    this.#at.exit = { statement: undefined, pos: body.end - 1, end: body.end };
    dropUnreachableExits(entry, this.blocks);
    return entry;
  }

  #block(): FlowBlock {
    const block: FlowBlock = { nodes: [], next: [], exit: undefined };
    this.blocks.push(block);
    return block;
  }

  #jump(to: FlowBlock): void {
    this.#at.next.push({ to });
  }

  /** What follows in the text is reached by labels only, if at all. */
  #leave(): void {
    this.#at = this.#block();
  }

  #branch(condition: Expr | undefined, yes: FlowBlock, no: FlowBlock): void {
    const edge = (to: FlowBlock, when: boolean): FlowEdge =>
      condition === undefined ? { to } : { to, condition, when };
    this.#at.next.push(edge(yes, true), edge(no, false));
  }

  #stmts(stmts: readonly Stmt[]): void {
    for (const stmt of stmts) this.#stmt(stmt);
  }

  #stmt(stmt: Stmt): void {
    const label = this.#label;
    this.#label = undefined;
    switch (stmt.kind) {
      case 'DeclStmt':
        for (const spec of stmt.decl.specs) if (spec.kind === 'ValueSpec') this.#at.nodes.push(spec);
        return;
      case 'ExprStmt':
        this.#at.nodes.push(stmt);
        if (stmt.x.kind === 'Call' && !this.#mayReturn(stmt.x)) this.#leave();
        return;
      case 'Return':
        this.#at.nodes.push(stmt);
        this.#at.exit = { statement: stmt, pos: stmt.pos, end: stmt.end };
        this.#leave();
        return;
      case 'Branch':
        this.#jumpTo(stmt);
        return;
      case 'Labeled': {
        const target = this.#targets.labelled(stmt.label.name);
        this.#jump(target);
        this.#at = target;
        this.#label = stmt.label.name;
        this.#stmt(stmt.stmt);
        return;
      }
      case 'Block':
        this.#stmts(stmt.stmts);
        return;
      case 'If':
        this.#if(stmt);
        return;
      case 'For':
        this.#for(stmt, label);
        return;
      case 'Range':
        this.#range(stmt, label);
        return;
      case 'Switch':
      case 'TypeSwitch':
        this.#switch(stmt, label);
        return;
      case 'Select':
        this.#select(stmt, label);
        return;
      case 'Empty':
        return;
      default:
        this.#at.nodes.push(stmt);
    }
  }

  #jumpTo(stmt: Branch): void {
    const to = this.#targets.of(stmt);
    if (to !== undefined) this.#jump(to);
    this.#leave();
  }

  #if(stmt: If): void {
    if (stmt.init !== undefined) this.#stmt(stmt.init);
    this.#at.nodes.push(stmt.cond);
    const then = this.#block();
    const done = this.#block();
    const otherwise = stmt.otherwise === undefined ? done : this.#block();
    this.#branch(stmt.cond, then, otherwise);
    this.#at = then;
    this.#stmt(stmt.then);
    this.#jump(done);
    if (stmt.otherwise !== undefined) {
      this.#at = otherwise;
      this.#stmt(stmt.otherwise);
      this.#jump(done);
    }
    this.#at = done;
  }

  #loop(label: string | undefined, onBreak: FlowBlock, onContinue: FlowBlock, body: Block): void {
    this.#targets.within({ label, onBreak, onContinue }, () => this.#stmt(body));
  }

  #for(stmt: For, label: string | undefined): void {
    if (stmt.init !== undefined) this.#stmt(stmt.init);
    const head = this.#block();
    const body = stmt.cond === undefined ? head : this.#block();
    const post = stmt.post === undefined ? head : this.#block();
    const done = this.#block();
    this.#jump(head);
    this.#at = head;
    if (stmt.cond !== undefined) {
      head.nodes.push(stmt.cond);
      this.#branch(stmt.cond, body, done);
      this.#at = body;
    }
    this.#loop(label, done, post, stmt.body);
    this.#jump(post);
    if (stmt.post !== undefined) {
      this.#at = post;
      this.#stmt(stmt.post);
      this.#jump(head);
    }
    this.#at = done;
  }

  #range(stmt: Range, label: string | undefined): void {
    this.#at.nodes.push(stmt.x);
    const head = this.#block();
    const body = this.#block();
    const done = this.#block();
    this.#jump(head);
    if (stmt.key !== undefined) head.nodes.push(stmt.key);
    if (stmt.value !== undefined) head.nodes.push(stmt.value);
    head.next.push({ to: body }, { to: done });
    this.#at = body;
    this.#loop(label, done, head, stmt.body);
    this.#jump(head);
    this.#at = done;
  }

  #switch(stmt: Switch | TypeSwitch, label: string | undefined): void {
    if (stmt.init !== undefined) this.#stmt(stmt.init);
    const subject: Node | undefined = stmt.kind === 'Switch' ? stmt.tag : stmt.assign;
    if (subject !== undefined) this.#at.nodes.push(subject);
    const done = this.#block();
    const bodies = stmt.clauses.map(() => this.#block());
    let fallback = done;
    stmt.clauses.forEach((clause, index) => {
      const body = bodies[index];
      if (body === undefined) return;
      if (clause.list === undefined) {
        fallback = body;
        return;
      }
      const next = this.#block();
      this.#at.nodes.push(...clause.list);
      const condition =
        stmt.kind === 'Switch' && stmt.tag === undefined && clause.list.length === 1 ? clause.list[0] : undefined;
      this.#branch(condition, body, next);
      this.#at = next;
    });
    this.#jump(fallback);
    this.#clauses(stmt.clauses, bodies, done, label);
    this.#at = done;
  }

  #clauses(
    clauses: readonly CaseClause[],
    bodies: readonly FlowBlock[],
    done: FlowBlock,
    label: string | undefined,
  ): void {
    const targets = this.#targets;
    const outer = targets.fallthrough;
    targets.within({ label, onBreak: done, onContinue: undefined }, () =>
      clauses.forEach((clause, index) => {
        const body = bodies[index];
        if (body === undefined) return;
        this.#at = body;
        targets.fallthrough = bodies[index + 1];
        this.#stmts(clause.body);
        this.#jump(done);
      }),
    );
    targets.fallthrough = outer;
  }

  /** One of the cases runs; without a default nothing else can. */
  #select(stmt: Select, label: string | undefined): void {
    const start = this.#at;
    const done = this.#block();
    this.#targets.within({ label, onBreak: done, onContinue: undefined }, () => {
      for (const clause of stmt.clauses) {
        const body = this.#block();
        start.next.push({ to: body });
        this.#at = body;
        if (clause.comm !== undefined) this.#stmt(clause.comm);
        this.#stmts(clause.body);
        this.#jump(done);
      }
    });
    this.#at = done;
  }
}
