const { run } = require('./scenario.cjs');

// A rejection ends the process with an error.
void run({
  api: require('@opentelemetry/api'),
  bridge: require('otel-sentry-bridge'),
  link: require('otel-sentry-bridge/link'),
  profiling: require('otel-sentry-bridge/profiling'),
  core: require('@opentelemetry/core'),
  hooks: require('@opentelemetry/context-async-hooks'),
  resources: require('@opentelemetry/resources'),
  trace: require('@opentelemetry/sdk-trace'),
});
