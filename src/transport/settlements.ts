interface Waiter {
  /** Resolved when no ticket below this one is open. */
  readonly bound: number;
  readonly settled: Promise<void>;
  readonly resolve: () => void;
}

/**
 * Knows when everything that had begun at some moment has ended, while new things keep beginning.
 * O(1) amortised per ticket, however many wait.
 */
export class Settlements {
  /** In ascending order, as a Set keeps insertion order: the first is the oldest. */
  readonly #open = new Set<number>();
  /** In ascending order of `bound`. */
  #waiters: Waiter[] = [];
  #nextTicket = 0;

  begin(): number {
    const ticket = this.#nextTicket++;
    this.#open.add(ticket);
    return ticket;
  }

  end(ticket: number): void {
    this.#open.delete(ticket);
    if (this.#waiters.length > 0) this.#resolveReached();
  }

  /** Resolves when everything begun so far has ended. */
  settled(): Promise<void> {
    if (this.#open.size === 0) return Promise.resolve();
    const last = this.#waiters.at(-1);
    if (last !== undefined && last.bound === this.#nextTicket) return last.settled;
    let resolve = (): void => undefined;
    const settled = new Promise<void>(resolvePromise => (resolve = resolvePromise));
    this.#waiters.push({ bound: this.#nextTicket, settled, resolve });
    return settled;
  }

  #resolveReached(): void {
    const [oldest = Infinity] = this.#open;
    const firstUnreached = this.#waiters.findIndex(waiter => waiter.bound > oldest);
    const reached = firstUnreached === -1 ? this.#waiters.length : firstUnreached;
    for (const waiter of this.#waiters.splice(0, reached)) waiter.resolve();
  }
}
