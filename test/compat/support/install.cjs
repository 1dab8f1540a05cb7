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

module.exports = { nodeTracerProvider, tracerProvider };
