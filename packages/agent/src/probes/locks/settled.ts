type Thenable = { then(resolve?: (value: unknown) => unknown, reject?: (reason: unknown) => unknown): unknown };

/**
 * Calls `done` as soon as what a task returned is settled. Only for a library that awaits the result itself: a rejection is
 * handled by it, and listening changes nothing. Thenables that are no plain promises (query builders run when their
 * `then` is called) are not asked twice: the library gets a stand-in that asks once.
 * @returns what the library is to be given
 */
export function whenSettled(result: unknown, done: (failure?: unknown) => void): unknown {
  if (typeof result !== 'object' || result === null) {
    done();
    return result;
  }
  if (Object.getPrototypeOf(result) === Promise.prototype) {
    void listen(result as Promise<unknown>, done);
    return result;
  }
  if (typeof (result as Partial<Thenable>).then !== 'function') {
    done();
    return result;
  }
  const standIn: Thenable = {
    // biome-ignore lint/suspicious/noThenProperty: it stands in for what has one
    then: (resolve, reject) =>
      (result as Thenable).then(
        (value) => {
          done();
          return resolve?.(value);
        },
        (reason) => {
          done(reason);
          return reject?.(reason);
        },
      ),
  };
  return standIn;
}

async function listen(promise: Promise<unknown>, done: (failure?: unknown) => void): Promise<void> {
  try {
    await promise;
  } catch (error) {
    done(error);
    return;
  }
  done();
}
