import type { Environment } from '../config/environment-variables.js';
import type { SignalSource } from './exit-hooks.js';
import type { LoaderHooks } from './instrumentations/loader-hook.js';
import type { Packages } from './packages/find-packages.js';

/** What zero-code start needs of the process it runs in. */
export interface Host {
  readonly env: Environment;
  /** Arguments of Node itself. */
  readonly execArgv: readonly string[];
  /** As in `process.versions.node`. */
  readonly nodeVersion: string;
  readonly globals: object;
  readonly packages: Packages;
  readonly loaderHooks: LoaderHooks;
  readonly signals: SignalSource;
  /** True in the thread Node runs loader hooks in: `--require` is applied there as well. */
  readonly isHooksThread: boolean;
  /** What our own `profiling` entry point exports. @throws what loading it throws */
  loadProfiling(): unknown;
  /** Writes a line to stderr. */
  print(line: string): void;
}
