const { nodeTracerProvider, tracerProvider } = require('../support/install.cjs');
const { smoke } = require('../support/smoke.cjs');

/** @param packages as smoke.mjs and smoke.cjs loaded them, each its own way */
async function run(packages) {
  const { base, trace } = packages;
  await smoke({
    ...packages,
    install: nodeTracerProvider(packages),
    wrap: {
      SimpleSpanProcessor: exporter => new base.SimpleSpanProcessor(exporter),
      BatchSpanProcessor: exporter => new base.BatchSpanProcessor(exporter),
    },
  });
  await smoke({
    ...packages,
    install: tracerProvider(packages),
    wrap: {
      SimpleSpanProcessor: exporter => new trace.SimpleSpanProcessor({ exporter }),
      BatchSpanProcessor: exporter => new trace.BatchSpanProcessor({ exporter }),
    },
  });
}

module.exports = { run };
