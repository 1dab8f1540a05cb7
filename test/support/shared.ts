import type { Clock } from '../../src/clock.js';
import type { Config } from '../../src/config/config.js';
import type { Environment } from '../../src/config/environment-variables.js';
import { resolveConfig } from '../../src/config/resolve-config.js';
import type { SentryBridgeOptions } from '../../src/options.js';
import { createHeadIdentifier } from '../../src/propagation/head-identity.js';
import { createShared, type Shared } from '../../src/shared.js';
import { FakeClock } from './fake-clock.js';

/** The configuration that options make; variables of the machine that runs the tests do not count. */
export function configOf(options: SentryBridgeOptions = {}, env: Environment = {}): Config {
  return resolveConfig(options, env);
}

/** What the parts of a bridge have in common, from options alone. */
export function sharedOf(options: SentryBridgeOptions = {}, clock: Clock = new FakeClock()): Shared {
  const config = configOf(options);
  return { ...createShared(options, clock), config, identify: createHeadIdentifier(config) };
}
