import { pathToFileURL } from 'node:url';
import { variable, type Environment } from '../../config/environment-variables.js';
import { describeError, log } from '../../otel/diagnostics.js';
import { member } from '../packages/members.js';
import type { InstalledPackage, Packages } from '../packages/find-packages.js';

/** What of `node:module` hooks can be registered with, as far as this version has it. */
export interface LoaderHooks {
  readonly register?: (specifier: string) => void;
  readonly registerHooks?: unknown;
}

/** How ES modules are made known to instrumentations. */
export type LoaderHook = 'registerHooks' | 'register' | 'flag' | 'none';

const INSTRUMENTATION = '@opentelemetry/instrumentation';
const SYNC_HOOKS = 'import-in-the-middle/register-hooks.mjs';
const ASYNC_HOOKS = '@opentelemetry/instrumentation/hook.mjs';
const LOADER_FLAG =
  /--(?:experimental-)?loader[= ]\S*(?:opentelemetry\/instrumentation\/hook|import-in-the-middle)/;

interface Surroundings {
  readonly packages: Packages;
  readonly loaderHooks: LoaderHooks;
  readonly execArgv: readonly string[];
  readonly env: Environment;
}

/**
 * Registers the hook through which instrumentations see ES modules; CommonJS modules need none.
 *
 * `users`: packages with instrumentations, the hook must be the one they know.
 */
export function registerLoaderHook(
  { packages, loaderHooks, execArgv, env }: Surroundings,
  users: readonly InstalledPackage[],
): LoaderHook {
  const flags = [...execArgv, variable(env, 'NODE_OPTIONS') ?? ''].join(' ');
  // A second hook would wrap every module a second time.
  if (LOADER_FLAG.test(flags)) return 'flag';
  const instrumentation = packages.find(INSTRUMENTATION, users[0]);
  if (users.length === 0 || instrumentation === undefined) return 'none';
  if (registerSync(packages, loaderHooks, instrumentation)) return 'registerHooks';
  const path = packages.resolve(ASYNC_HOOKS, instrumentation);
  if (path === undefined || loaderHooks.register === undefined) return 'none';
  loaderHooks.register(pathToFileURL(path).href);
  return 'register';
}

/** The hook that runs in the application's thread, for the versions of Node and of the hook that have it. */
function registerSync(
  packages: Packages,
  loaderHooks: LoaderHooks,
  instrumentation: InstalledPackage,
): boolean {
  const path = packages.resolve(SYNC_HOOKS, instrumentation);
  if (path === undefined || loaderHooks.registerHooks === undefined) return false;
  try {
    const hooks = packages.load(path);
    const isSupported = member(hooks, 'supportsSyncHooks');
    const register = member(hooks, 'register');
    if (typeof isSupported !== 'function' || typeof register !== 'function' || isSupported() !== true)
      return false;
    register();
    return true;
  } catch (error) {
    log.warn(`${SYNC_HOOKS} cannot be used: ${describeError(error)}`);
    return false;
  }
}
