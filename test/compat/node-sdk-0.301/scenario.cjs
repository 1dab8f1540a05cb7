const { nodeSdk, startNodeSdk } = require('../support/install.cjs');
const { smoke } = require('../support/smoke.cjs');

/** @param packages as smoke.mjs and smoke.cjs loaded them, each its own way */
async function run(packages) {
  const { trace } = packages;
  const wrap = {
    SimpleSpanProcessor: exporter => new trace.SimpleSpanProcessor({ exporter }),
    BatchSpanProcessor: exporter => new trace.BatchSpanProcessor({ exporter }),
  };
  await smoke({ ...packages, install: nodeSdk(packages), wrap });
  await smoke({ ...packages, install: startNodeSdk(packages), wrap });
}

module.exports = { run };
