import type { TextMapPropagator } from '@opentelemetry/api';
import { guard, log } from '../otel/diagnostics.js';
import { linkCheckIn } from './check-in-link.js';
import { findConflicts } from './conflicts.js';
import { EventLink } from './event-link.js';
import { isFetchObserved } from './fetch-observers.js';
import { quietTransport } from './quiet-transport.js';
import { SamplingContexts } from './sampling-context.js';
import { SdkClient } from './sdk-client.js';
import { linkTelemetry, markTelemetry } from './telemetry-link.js';

/** A `SentryBridge`, or just its propagator. */
export interface LinkedBridge {
  /** Knows the sampling contexts of traces. */
  readonly propagator: TextMapPropagator;
}

/** An integration as `Sentry.init()` of `@sentry/node` 8 to 11 takes it. */
export interface SentrySdkIntegration {
  /** What the SDK lists it as. */
  readonly name: string;
  /** Called by the SDK, once per client. */
  setup(client: unknown): void;
  /** Called by the SDK when all integrations are set up. */
  afterAllSetup(client: unknown): void;
  /** Called by the SDK for every event, before its scopes are applied. */
  preprocessEvent(event: unknown, hint: unknown, client: unknown): void;
  /** Called by the SDK for every event, before it is sent; returns the same event. */
  processEvent<E>(event: E, hint: unknown): E;
}

/**
 * Puts what a Sentry SDK captures on the trace of the active OpenTelemetry span: errors and messages, logs, metrics and
 * check-ins get its ids, all but logs and metrics the sampling context, errors and messages the transaction's name.
 *
 * Nothing happens outside of spans, nor to transactions. Also keeps the SDK's own requests out of traces, and says
 * through `diag` what in the SDK's set-up would do the bridge's work twice. Never throws.
 * https://docs.sentry.io/platforms/javascript/guides/node/configuration/options/#integrations
 *
 * @param bridge where sampling contexts come from. Default: the propagator that is registered
 * @example Sentry.init({ dsn, integrations: [linkSentrySdk(bridge)] })
 */
export function linkSentrySdk(bridge?: LinkedBridge): SentrySdkIntegration {
  const contexts = new SamplingContexts(bridge?.propagator);
  const events = new EventLink(contexts);
  // Asked now, because the SDK will observe it as well before it sets this integration up.
  const isFetchTraced = guard('looking for observers of fetch', true, isFetchObserved);
  const said = new Set<string>();
  return {
    name: 'OtelSentryBridge',
    setup: sdk => guard('linking the Sentry SDK', undefined, () => setUp(new SdkClient(sdk), contexts)),
    afterAllSetup(sdk) {
      guard('checking the Sentry SDK', undefined, () => {
        const conflicts = findConflicts(new SdkClient(sdk), isFetchTraced);
        for (const conflict of conflicts.filter(text => !said.has(text))) log.warn(conflict);
        for (const conflict of conflicts) said.add(conflict);
      });
    },
    preprocessEvent(event, hint, sdk) {
      guard('linking an error', undefined, () => events.addTrace(event, hint, new SdkClient(sdk)));
    },
    processEvent(event, hint) {
      guard('naming an error', undefined, () => events.addTransactionName(event, hint));
      return event;
    },
  };
}

function setUp(client: SdkClient, contexts: SamplingContexts): void {
  const { transport } = client;
  if (transport !== undefined) quietTransport(transport);
  client.on('beforeCaptureLog', markTelemetry);
  client.on('processMetric', markTelemetry);
  client.on('beforeEnvelope', envelope => {
    linkCheckIn(envelope, contexts, client);
    linkTelemetry(envelope);
  });
}
