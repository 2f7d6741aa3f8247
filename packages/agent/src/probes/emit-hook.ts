/** Told of every event an observed object emits, before its listeners are. Must not throw. */
export interface EmitObserver<S> {
  onEmit(state: S, object: object, event: string | symbol, argument: unknown, second: unknown): void;
}

const OBSERVER = Symbol('holdup.observer');
const STATE = Symbol('holdup.state');

interface Observed {
  [OBSERVER]?: EmitObserver<unknown> | undefined;
  [STATE]?: unknown;
}

type Emit = (this: object, event: string | symbol, ...args: unknown[]) => boolean;

/** From now on `observer` hears the events of `object`, whose class must be hooked. One observer per object. */
export function observe<S>(object: object, observer: EmitObserver<S>, state: S): void {
  (object as Observed)[OBSERVER] = observer as EmitObserver<unknown>;
  (object as Observed)[STATE] = state;
}

export function unobserve(object: object): void {
  (object as Observed)[OBSERVER] = undefined;
  (object as Observed)[STATE] = undefined;
}

/** What an observed object's observer was given; undefined when it is not observed. */
export function observedState(object: object): unknown {
  return (object as Observed)[STATE];
}

/**
 * Lets events of a class be observed without adding listeners, which the host could count and which would change the
 * order of its own. Objects nobody observes pay one property lookup an event.
 * @returns takes the hook out, unless somebody hooked on top of it
 */
export function hookEmit(prototype: object): () => void {
  const target = prototype as { emit: Emit };
  const own = Object.hasOwn(prototype, 'emit');
  const original = target.emit;
  function emit(this: object, event: string | symbol): boolean {
    const observer = (this as Observed)[OBSERVER];
    if (observer !== undefined) observer.onEmit((this as Observed)[STATE], this, event, arguments[1], arguments[2]);
    return original.apply(this, arguments as never);
  }
  target.emit = emit;
  return () => {
    if (target.emit !== emit) return;
    if (own) target.emit = original;
    else Reflect.deleteProperty(target, 'emit');
  };
}
