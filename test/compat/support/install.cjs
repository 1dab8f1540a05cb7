/** Ways to make a provider and register it; each takes the packages of its line. */

function resourceOf({ resources }) {
  return resources.resourceFromAttributes({ 'service.version': '1.2.3' });
}

/** SDK 2.x: the provider registers itself. */
function nodeTracerProvider(packages) {
  return ({ propagator, ...config }) => {
    const provider = new packages.node.NodeTracerProvider({ ...config, resource: resourceOf(packages) });
    provider.register({ propagator });
    return provider;
  };
}

/** SDK 3.x, and 2.x from 2.9: everything is registered by hand. */
function tracerProvider(packages) {
  const { api, hooks, trace } = packages;
  return ({ propagator, ...config }) => {
    const provider = new trace.TracerProvider({ ...config, resource: resourceOf(packages) });
    api.trace.setGlobalTracerProvider(provider);
    api.context.setGlobalContextManager(new hooks.AsyncLocalStorageContextManager().enable());
    api.propagation.setGlobalPropagator(propagator);
    return provider;
  };
}

/** `NodeSDK`, which registers all by itself and cannot be flushed: that is left to its processors. */
function nodeSdk(packages) {
  return ({ propagator, ...config }) => {
    withoutOtlp();
    const sdk = new packages.sdk.NodeSDK({
      ...config,
      textMapPropagator: propagator,
      resource: resourceOf(packages),
    });
    sdk.start();
    return asProvider(packages, sdk, config.spanProcessors);
  };
}

/** The successor of `NodeSDK` in 0.30x. */
function startNodeSdk(packages) {
  return ({ propagator, ...config }) => {
    withoutOtlp();
    const sdk = packages.sdk.startNodeSdk({
      ...config,
      propagators: [propagator],
      resourceAttributes: { 'service.version': '1.2.3' },
      logLevel: 'error',
    });
    return asProvider(packages, sdk, config.spanProcessors);
  };
}

/** Both would send metrics and logs to a collector that is not there. */
function withoutOtlp() {
  process.env.OTEL_METRICS_EXPORTER = 'none';
  process.env.OTEL_LOGS_EXPORTER = 'none';
}

function asProvider({ api }, sdk, spanProcessors) {
  return {
    getTracer: name => api.trace.getTracer(name),
    forceFlush: () => Promise.all(spanProcessors.map(processor => processor.forceFlush())),
    shutdown: () => sdk.shutdown(),
  };
}

module.exports = { nodeSdk, nodeTracerProvider, startNodeSdk, tracerProvider };
