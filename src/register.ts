/**
 * Zero-code start: `node --import otel-sentry-bridge/register app.js`, or with `--require`.
 *
 * Sets up OpenTelemetry with what the application has installed, configured by `SENTRY_*` and `OTEL_*` variables, and
 * sends to Sentry. Whatever is wrong is said on stderr; the application runs in any case.
 */
import { nodeHost } from './register/node-host.js';
import { start } from './register/start.js';

start(nodeHost());
