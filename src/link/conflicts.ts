import type { SdkClient } from './sdk-client.js';

/** Versions that set up OpenTelemetry unless told not to. */
const FIRST_WITH_OTEL = 8;
const LAST_WITH_OTEL = 10;
const CARELESS_WITH_HEADERS = 8;

/**
 * What in the set-up of an SDK will do the bridge's work a second time, in words.
 *
 * @param isFetchTraced whether OpenTelemetry observed `fetch` before the SDK did
 */
export function findConflicts(client: SdkClient, isFetchTraced: boolean): string[] {
  const conflicts: string[] = [];
  if (isTracing(client)) {
    conflicts.push(
      'the Sentry SDK traces as well, so that requests appear twice: leave tracesSampleRate, tracesSampler and the variable SENTRY_TRACES_SAMPLE_RATE unset for it',
    );
  }
  if (setsUpOpenTelemetry(client)) {
    conflicts.push(
      'the Sentry SDK sets up OpenTelemetry as well, and whoever is first gets the spans: set skipOpenTelemetrySetup to true (version 11: leave enableOpenTelemetrySetup unset)',
    );
  }
  if (writesFetchHeaders(client, isFetchTraced)) {
    conflicts.push(
      'the Sentry SDK may write headers of its own to requests made with fetch, besides ours: register instrumentations before Sentry.init(), and with version 8 set its tracePropagationTargets to []',
    );
  }
  return conflicts;
}

/** A rate of 0 is tracing as well: spans are made, and headers written. */
function isTracing({ options }: SdkClient): boolean {
  const { tracesSampleRate, tracesSampler, enableTracing } = options;
  return (
    typeof tracesSampler === 'function' ||
    (tracesSampleRate !== undefined && tracesSampleRate !== null) ||
    enableTracing === true
  );
}

function setsUpOpenTelemetry({ options, majorVersion = 0 }: SdkClient): boolean {
  const isDefault = majorVersion >= FIRST_WITH_OTEL && majorVersion <= LAST_WITH_OTEL;
  return isDefault
    ? options['skipOpenTelemetrySetup'] !== true
    : options['enableOpenTelemetrySetup'] === true;
}

/** Whoever observes a request first writes its headers; only version 8 does not look at what is there. */
function writesFetchHeaders(client: SdkClient, isFetchTraced: boolean): boolean {
  if (isFetchTraced && client.majorVersion !== CARELESS_WITH_HEADERS) return false;
  const { tracePropagationTargets } = client.options;
  const hasNoTarget = Array.isArray(tracePropagationTargets) && tracePropagationTargets.length === 0;
  // With version 11's own integration for OpenTelemetry, headers are left to OpenTelemetry.
  return client.hasIntegration('NodeFetch') && !client.hasIntegration('OpenTelemetry') && !hasNoTarget;
}
