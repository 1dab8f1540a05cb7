const api = require('@opentelemetry/api');
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
const { UndiciInstrumentation } = require('@opentelemetry/instrumentation-undici');
const {
  AlwaysOnSampler,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} = require('@opentelemetry/sdk-trace-base');
const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');
const { createSentryBridge } = require('otel-sentry-bridge');
const { linkSentrySdk } = require('otel-sentry-bridge/link');

const TIMEOUT_MILLIS = 5000;

/**
 * An application with OpenTelemetry, the bridge and a Sentry SDK, as the documentation says to set them up.
 *
 * @param settings.bridge options of the bridge besides its DSN
 * @param settings.sentry options of `Sentry.init()` besides its DSN
 * @param settings.withOpenTelemetryIntegration adds the integration of version 11
 * @param settings.isSentryFirst initialises Sentry before OpenTelemetry
 * @param settings.linksBridge false: links without naming the bridge
 */
class Application {
  api = api;
  tracer = api.trace.getTracer('interop');
  exporter = new InMemorySpanExporter();
  warnings = [];
  bridge;
  #provider;

  /** Loaded when it is first used: what is loaded before the instrumentations is not instrumented. */
  get Sentry() {
    return require('@sentry/node');
  }

  get #version() {
    return Number.parseInt(this.Sentry.SDK_VERSION, 10);
  }

  constructor(settings, { bridgeDsn, sdkDsn }) {
    this.#recordWarnings();
    this.bridge = createSentryBridge({
      dsn: bridgeDsn,
      tracesSampleRate: 1,
      environment: 'bridge',
      release: 'shop@1.2.3',
      ...settings.bridge,
    });
    const steps = [() => this.#instrument(), () => this.#startSentry(settings, sdkDsn)];
    for (const step of settings.isSentryFirst ? steps.reverse() : steps) step();
    this.#startTracing();
  }

  #recordWarnings() {
    const record = (...parts) => this.warnings.push(parts.join(' '));
    const ignore = () => undefined;
    api.diag.setLogger(
      { error: record, warn: record, info: ignore, debug: ignore, verbose: ignore },
      { logLevel: api.DiagLogLevel.WARN },
    );
  }

  #instrument() {
    registerInstrumentations({ instrumentations: [new HttpInstrumentation(), new UndiciInstrumentation()] });
  }

  #startTracing() {
    this.#provider = new NodeTracerProvider({
      sampler: new AlwaysOnSampler(),
      spanProcessors: [this.bridge.spanProcessor, new SimpleSpanProcessor(this.exporter)],
    });
    // Versions before 11 keep their scopes in the OpenTelemetry context.
    const ContextManager =
      this.#version < 11 ? this.Sentry.SentryContextManager : AsyncLocalStorageContextManager;
    this.#provider.register({
      contextManager: new ContextManager(),
      propagator: this.bridge.compositePropagator(),
    });
  }

  #startSentry({ sentry, withOpenTelemetryIntegration, linksBridge = true }, dsn) {
    const integrations = [linksBridge ? linkSentrySdk(this.bridge) : linkSentrySdk()];
    if (withOpenTelemetryIntegration) integrations.push(this.Sentry.openTelemetryIntegration());
    this.Sentry.init({
      dsn,
      environment: 'sdk',
      enableLogs: true,
      ...(this.#version < 11 && { skipOpenTelemetrySetup: true }),
      ...(this.#version < 9 && { tracePropagationTargets: [] }),
      ...sentry,
      integrations,
    });
  }

  async finish() {
    await this.Sentry.close(TIMEOUT_MILLIS);
    await this.#provider.forceFlush();
    await this.bridge.close(TIMEOUT_MILLIS);
  }
}

module.exports = { Application };
