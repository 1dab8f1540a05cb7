import type { ConversionSettings } from './settings.js';

/** Sentry accepts nothing else, and only with a release. https://develop.sentry.dev/sdk/data-model/event-payloads/ */
const DIST = /^[a-zA-Z0-9_.-]{1,64}$/;

/** The build, if Sentry accepts it. Goes with a release only. */
export function validDist({ dist }: ConversionSettings): string | undefined {
  return dist !== undefined && DIST.test(dist) ? dist : undefined;
}
