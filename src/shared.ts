import { Activity } from './activity.js';
import { systemClock, type Clock } from './clock.js';
import type { Config } from './config/config.js';
import { resolveConfig } from './config/resolve-config.js';
import { RecordedErrors } from './errors/recorded-errors.js';
import type { SentryBridgeOptions } from './options.js';
import { announceLoss } from './loss-log.js';
import { naturalExit, type NaturalExit } from './natural-exit.js';
import { LossCounter } from './protocol/loss-counter.js';
import { Backpressure } from './sampling/backpressure.js';
import { createHeadIdentifier, type HeadIdentifier } from './propagation/head-identity.js';

/** What the parts of one bridge have in common. A part constructed alone makes its own. */
export interface Shared {
  readonly config: Config;
  readonly losses: LossCounter;
  readonly clock: Clock;
  readonly identify: HeadIdentifier;
  readonly recordedErrors: RecordedErrors;
  readonly backpressure: Backpressure;
  readonly naturalExit: NaturalExit;
  readonly activity: Activity;
}

/** @throws TypeError for an unusable option */
export function createShared(
  options: SentryBridgeOptions | undefined,
  clock: Clock = systemClock,
  exit: NaturalExit = naturalExit,
): Shared {
  const config = resolveConfig(options);
  return {
    config,
    losses: new LossCounter(announceLoss),
    clock,
    identify: createHeadIdentifier(config),
    recordedErrors: new RecordedErrors(),
    backpressure: new Backpressure(clock),
    naturalExit: exit,
    activity: new Activity(),
  };
}
