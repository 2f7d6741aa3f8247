import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, Order, Protocol, Ready } from '../processes/orders.ts';

export interface ChildOptions {
  /** The Node to run it with; default: the one that runs the bench. */
  readonly nodePath?: string;
  readonly execArgv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A process of the bench ended or answered an order with an error. */
class ChildError extends Error {
  readonly code = 'BENCH_CHILD_FAILED';
}

/** Milliseconds: a profile of a minute is written within this. */
const EXIT_PATIENCE_MS = 20_000;
/** Characters: the message on top of a stack trace, and a few calls. */
const MAX_KEPT_OUTPUT = 800;
/** Settings of these would reach into what is measured. */
const NOT_FOR_CHILDREN = /^(NODE_|HOLDUP|OTEL_|DD_|PG|npm_)/;

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface ChildState {
  readonly waiting: Map<number, Waiting>;
  readonly exited: Promise<void>;
  readonly output: LastWords;
}

/** The end of what a process wrote on stderr, to be shown when something failed. */
class LastWords {
  #text = '';

  constructor(child: ChildProcess) {
    child.stderr?.on('data', (chunk) => {
      this.#text = (this.#text + String(chunk)).slice(-MAX_KEPT_OUTPUT);
    });
  }

  quote(): string {
    const text = this.#text.trim();
    return text === '' ? '' : `: ${text}`;
  }
}

/** One process of the bench, which takes orders over IPC and ends when this process ends. */
export class Child<P extends Protocol> {
  readonly port: number;
  readonly #process: ChildProcess;
  readonly #state: ChildState;
  #orders = 0;

  private constructor(child: ChildProcess, port: number, state: ChildState) {
    this.#process = child;
    this.port = port;
    this.#state = state;
  }

  /** `: ` and what it wrote on stderr last; empty when it wrote nothing. */
  get lastWords(): string {
    return this.#state.output.quote();
  }

  /**
   * Starts `processes/<name>.js`; resolves when it is ready for orders.
   * @throws ChildError with its last words when it ends before.
   */
  static async start<P extends Protocol>(name: string, options: ChildOptions = {}): Promise<Child<P>> {
    const script = fileURLToPath(new URL(`../processes/${name}.js`, import.meta.url));
    const child = fork(script, {
      execPath: options.nodePath ?? process.execPath,
      execArgv: [...(options.execArgv ?? [])],
      env: { ...cleanEnv(), ...options.env },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const output = new LastWords(child);
    const waiting = new Map<number, Waiting>();
    // 'close' comes only when the child hangs up first; at our own disconnect() Node emits just 'exit'.
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        const error = new ChildError(`${name} ${why}${output.quote()}`);
        reject(error);
        for (const one of waiting.values()) one.reject(error);
        waiting.clear();
      };
      child.once('error', (error) => fail(`did not start: ${error.message}`));
      child.once('close', (code, signal) => fail(`ended with ${signal ?? `code ${code}`}`));
      child.on('message', (message: Ready | Answer) => {
        if ('ready' in message) resolve(new Child<P>(child, message.port, { waiting, exited, output }));
        else settle(name, waiting, message);
      });
    });
  }

  /** @throws ChildError when the process failed to do it or ended. */
  ask<K extends keyof P & string>(kind: K, order: P[K]['order']): Promise<P[K]['answer']> {
    const number = ++this.#orders;
    const message: Order = { number, kind, order };
    return new Promise((resolve, reject) => {
      this.#state.waiting.set(number, { resolve: (answer) => resolve(answer as P[K]['answer']), reject });
      this.#process.send(message, (error) => error && reject(new ChildError(error.message)));
    });
  }

  /** Lets it end by itself, so that it can write what it writes at exit. */
  async stop(): Promise<void> {
    const impatience = setTimeout(() => this.#process.kill('SIGKILL'), EXIT_PATIENCE_MS);
    if (this.#process.connected) this.#process.disconnect();
    await this.#state.exited;
    clearTimeout(impatience);
  }
}

function settle(name: string, waiting: Map<number, Waiting>, answer: Answer): void {
  const one = waiting.get(answer.number);
  waiting.delete(answer.number);
  if ('error' in answer) one?.reject(new ChildError(`${name}: ${answer.error}`));
  else one?.resolve(answer.answer);
}

function cleanEnv(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !NOT_FOR_CHILDREN.test(name)));
}
