import type { ProfileBuilder } from '../../build/profile-builder.ts';
import { broken } from '../../errors.ts';
import { type JsonObject, toArray, toNumber, toObject, toText } from './json.ts';

/** A node of V8's call tree, with the stack it stands for. */
export interface CallNode {
  readonly json: JsonObject;
  /** −1: the root. */
  readonly stack: number;
}

/** What V8 calls the node above all others. */
const ROOT = '(root)';

/** Call trees come as nested objects (heap profiles, old CPU profiles) or as a list whose nodes name their children or parent. */
export class CallTreeReader {
  readonly #builder: ProfileBuilder;
  readonly #format: string;

  constructor(builder: ProfileBuilder, format: string) {
    this.#builder = builder;
    this.#format = format;
  }

  /** Nodes of a nested tree, parents first; a stack of our own, since one of a hostile file may be deep. */
  *nested(head: unknown): Generator<CallNode> {
    const open: { value: unknown; stack: number }[] = [{ value: head, stack: -1 }];
    for (let next = open.pop(); next; next = open.pop()) {
      const json = toObject(next.value, this.#format, 'a node');
      const stack = this.#stackOf(json, next.stack);
      yield { json, stack };
      if (json.children === undefined || json.children === null) continue;
      for (const value of toArray(json.children, this.#format, 'children of a node').toReversed()) {
        open.push({ value, stack });
      }
    }
  }

  /** Nodes of a list by id. @throws ProfileError when they are no tree. */
  listed(list: readonly unknown[]): ReadonlyMap<number, CallNode> {
    const jsons = new Map<number, JsonObject>();
    const children = new Map<number, number[]>();
    const called = new Set<number>();
    for (const value of list) {
      const json = toObject(value, this.#format, `node ${jsons.size + 1}`);
      const id = toNumber(json.id, this.#format, `node ${jsons.size + 1}: id`);
      if (jsons.has(id)) throw broken(this.#format, `node ${jsons.size + 1}`, `id ${id} a second time`);
      jsons.set(id, json);
      this.#noteEdges(id, json, children, called);
    }
    return this.#walk(jsons, children, called);
  }

  #noteEdges(id: number, json: JsonObject, children: Map<number, number[]>, called: Set<number>): void {
    const add = (parent: number, child: number): void => {
      if (called.has(child)) throw broken(this.#format, `node ${child}`, 'a second parent');
      called.add(child);
      const known = children.get(parent);
      if (known) known.push(child);
      else children.set(parent, [child]);
    };
    if (json.parent !== undefined) add(toNumber(json.parent, this.#format, `node ${id}: parent`), id);
    if (json.children === undefined || json.children === null) return;
    for (const child of toArray(json.children, this.#format, `node ${id}: children`)) {
      add(id, toNumber(child, this.#format, `node ${id}: a child`));
    }
  }

  /** From the nodes that none calls; what they do not reach would be a cycle. */
  #walk(
    jsons: ReadonlyMap<number, JsonObject>,
    children: ReadonlyMap<number, readonly number[]>,
    called: ReadonlySet<number>,
  ): ReadonlyMap<number, CallNode> {
    const nodes = new Map<number, CallNode>();
    const open = [...jsons.keys()].filter((id) => !called.has(id)).map((id) => ({ id, parent: -1 }));
    for (let next = open.pop(); next; next = open.pop()) {
      const json = jsons.get(next.id);
      if (!json) throw broken(this.#format, `node ${next.id}`, 'a child that is not there');
      const stack = this.#stackOf(json, next.parent);
      nodes.set(next.id, { json, stack });
      for (const id of children.get(next.id) ?? []) open.push({ id, parent: stack });
    }
    if (nodes.size < jsons.size) throw broken(this.#format, 'its nodes', 'a cycle, or a parent that is not there,');
    return nodes;
  }

  /** Lines and columns count from 0 in V8 and from 1 here; −1 there is not known. Old trees have the fields in the node. */
  #stackOf(json: JsonObject, parent: number): number {
    const frame = json.callFrame === undefined ? json : toObject(json.callFrame, this.#format, 'a call frame');
    const name = toText(frame.functionName);
    if (name === ROOT && parent < 0) return -1;
    const isOld = json.callFrame === undefined;
    const line = countFromOne(toNumber(frame.lineNumber, this.#format, 'a line number', -1), isOld);
    const facts = {
      name: name === '' ? '(anonymous)' : name,
      file: toText(frame.url),
      line,
      column: countFromOne(toNumber(frame.columnNumber, this.#format, 'a column number', -1), isOld),
      startLine: line,
    };
    return this.#builder.stack(parent, this.#builder.frame(facts));
  }
}

/** Trees with the fields in the node, of Chrome before 58 and Node before 8, count from 1 already. */
function countFromOne(value: number, isOld: boolean): number {
  return Math.max(0, Math.trunc(value) + (isOld ? 0 : 1));
}
