const base = require('./error-in-span.cjs');

module.exports = {
  ...base,
  title: 'an error in a span is linked beside openTelemetryIntegration()',
  minVersion: 11,
  settings: { withOpenTelemetryIntegration: true },
};
