/** One profile at a time: two would show each other, and together cost more than a service may be asked for. */
export class ProfileLease {
  #holder: { readonly who: string; readonly since: number } | undefined;

  /** Who has it, for people; undefined: it is free, and now the caller's. */
  take(who: string): string | undefined {
    if (this.#holder !== undefined) {
      const seconds = ((performance.now() - this.#holder.since) / 1_000).toFixed(1);
      return `${this.#holder.who}, for ${seconds} s by now`;
    }
    this.#holder = { who, since: performance.now() };
    return undefined;
  }

  give(): void {
    this.#holder = undefined;
  }
}
