const { run } = require('./scenario.cjs');

// A rejection ends the process with an error.
void run({
  api: require('@opentelemetry/api'),
  bridge: require('otel-sentry-bridge'),
  link: require('otel-sentry-bridge/link'),
  profiling: require('otel-sentry-bridge/profiling'),
  core: require('@opentelemetry/core'),
  resources: require('@opentelemetry/resources'),
  sdk: require('@opentelemetry/sdk-node'),
  trace: require('@opentelemetry/sdk-trace'),
});
