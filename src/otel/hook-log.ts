import { describeError, log } from './diagnostics.js';

/** Logs the first failure of each function of the application's: it may fail for every span there is. */
export class HookLog {
  readonly #failed = new Set<string>();

  failed(hook: string, error: unknown): void {
    if (this.#failed.has(hook)) return;
    this.#failed.add(hook);
    log.error(`${hook} failed: ${describeError(error)}`);
  }
}
