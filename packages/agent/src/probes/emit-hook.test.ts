import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { type EmitObserver, hookEmit, observe, observedState, unobserve } from './emit-hook.ts';

class Thing extends EventEmitter {}

class Recorder implements EmitObserver<string[]> {
  onEmit(lines: string[], _object: object, event: string | symbol, first: unknown, second: unknown, fourth: unknown) {
    lines.push(`${String(event)} ${first} ${second} ${fourth}`);
  }
}

describe('hookEmit', () => {
  it('tells the observer before the listeners, of observed objects only', () => {
    const unhook = hookEmit(Thing.prototype);
    const lines: string[] = [];
    const [thing, other] = [new Thing(), new Thing()];
    thing.on('a', (...args) => lines.push(`listener ${args.join(' ')}`));
    observe(thing, new Recorder(), lines);
    assert.equal(thing.emit('a', 1, 2, 3, 4), true);
    assert.equal(thing.emit('b'), false);
    other.emit('a', 9);
    unobserve(thing);
    thing.emit('a', 5);
    assert.deepEqual(lines, ['a 1 2 4', 'listener 1 2 3 4', 'b undefined undefined undefined', 'listener 5']);
    unhook();
  });

  it('is put in once for several users, and taken out with the last', () => {
    const unhook = [hookEmit(Thing.prototype), hookEmit(Thing.prototype)];
    const lines: string[] = [];
    const thing = new Thing();
    observe(thing, new Recorder(), lines);
    thing.emit('a');
    unhook[0]?.();
    unhook[0]?.();
    thing.emit('b');
    unhook[1]?.();
    thing.emit('c');
    assert.deepEqual(
      lines.map((line) => line[0]),
      ['a', 'b'],
    );
    assert.equal(Object.hasOwn(Thing.prototype, 'emit'), false);
    assert.deepEqual(Reflect.ownKeys(Thing.prototype), ['constructor']);
  });

  it('leaves nothing on the object that anybody can see', () => {
    const thing = Object.freeze(new Thing());
    const before = [Reflect.ownKeys(thing), inspect(thing, { showHidden: true })];
    observe(thing, new Recorder(), []);
    assert.deepEqual([Reflect.ownKeys(thing), inspect(thing, { showHidden: true })], before);
    assert.deepEqual(observedState(thing), []);
  });

  it('follows an emit that is replaced underneath, as the domain module does', () => {
    const original = EventEmitter.prototype.emit;
    const unhook = hookEmit(Thing.prototype);
    const seen: unknown[] = [];
    EventEmitter.prototype.emit = function emit(this: EventEmitter, ...args: Parameters<typeof original>) {
      seen.push(args[0]);
      return original.apply(this, args);
    };
    new Thing().emit('a');
    EventEmitter.prototype.emit = original;
    unhook();
    assert.deepEqual(seen, ['a']);
  });

  it('stays out of the way when somebody hooked on top of it', () => {
    const unhook = hookEmit(Thing.prototype);
    const lines: string[] = [];
    const thing = new Thing();
    observe(thing, new Recorder(), lines);
    const under = Thing.prototype.emit;
    Thing.prototype.emit = function emit(this: Thing, ...args: Parameters<typeof under>) {
      return under.apply(this, args);
    };
    unhook();
    thing.emit('a');
    assert.deepEqual(lines, []);
    Reflect.deleteProperty(Thing.prototype, 'emit');
  });
});
