import {
  createSentryBridge,
  SentryPropagator,
  SentrySampler,
  SentrySpanProcessor,
  type SentryBridgeOptions,
} from '../../../src/index.js';
import type { ParsedEnvelope } from '../parse-envelope.js';
import { CapturingTransport } from './capturing-transport.js';
import type { Fields } from './narrow.js';

const FLUSH_TIMEOUT_MILLIS = 1000;
const CLOSE_TIMEOUT_MILLIS = 300;

/** What is plugged into OpenTelemetry, however it was made. */
export interface BridgeParts {
  readonly sampler: SentrySampler;
  readonly propagator: SentryPropagator;
  readonly spanProcessor: SentrySpanProcessor;
  /** Whether losses that the sampler counts reach the envelopes. */
  readonly reportsSampling: boolean;
  flush(): Promise<unknown>;
  close(): Promise<unknown>;
  /** The envelopes sent since the last call. */
  takeEnvelopes(): ParsedEnvelope[];
}

export type PartsFactory = (options: SentryBridgeOptions) => BridgeParts;

export const partsOfOneBridge: PartsFactory = given => {
  const transport = new CapturingTransport();
  const options = { ...given, transport, lateSpanGraceMillis: 0 };
  const bridge = withoutVariables(() => createSentryBridge(options));
  return {
    sampler: bridge.sampler,
    propagator: bridge.propagator,
    spanProcessor: bridge.spanProcessor,
    reportsSampling: true,
    flush: () => bridge.flush(FLUSH_TIMEOUT_MILLIS),
    close: () => bridge.close(CLOSE_TIMEOUT_MILLIS),
    takeEnvelopes: () => transport.take(),
  };
};

export const partsMadeSeparately: PartsFactory = given => {
  const transport = new CapturingTransport();
  const options = {
    ...given,
    transport,
    lateSpanGraceMillis: 0,
    shutdownTimeoutMillis: FLUSH_TIMEOUT_MILLIS,
  };
  const [sampler, propagator, spanProcessor] = withoutVariables(() => [
    new SentrySampler({ ...options }),
    new SentryPropagator({ ...options }),
    new SentrySpanProcessor({ ...options }),
  ]);
  return {
    sampler,
    propagator,
    spanProcessor,
    reportsSampling: false,
    flush: () => spanProcessor.forceFlush(),
    close: () => spanProcessor.shutdown(),
    takeEnvelopes: () => transport.take(),
  };
};

/** Options of a case. Some are what the types forbid but an application without types could pass. */
export function optionsOf(members: Fields): SentryBridgeOptions {
  return members;
}

/** Options are also read from variables: those of the machine that runs the tests must not count. */
export function withoutVariables<T>(create: () => T): T {
  const variables = process.env;
  process.env = {};
  try {
    return create();
  } finally {
    process.env = variables;
  }
}
