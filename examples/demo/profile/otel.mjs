import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { createSentryBridge } from 'otel-sentry-bridge';
import { SentryProfiler } from 'otel-sentry-bridge/profiling';

const options =
  process.env.PROFILE === 'process'
    ? { profileSessionSampleRate: 1, profileLifecycle: 'trace' }
    : { profilesSampleRate: 1 };

const bridge = createSentryBridge({
  tracesSampleRate: 1,
  release: 'quotes@1.0.0',
  environment: 'demo',
  profiler: new SentryProfiler(options),
});

export const provider = new NodeTracerProvider({
  sampler: bridge.sampler,
  spanProcessors: [bridge.spanProcessor],
});
provider.register({ propagator: bridge.compositePropagator() });
