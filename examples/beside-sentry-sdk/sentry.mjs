// The Sentry SDK captures errors and logs, and the link puts them on the traces of OpenTelemetry.
// The order of these imports matters: OpenTelemetry comes first.
import { bridge } from './otel.mjs';
import * as Sentry from '@sentry/node';
import { linkSentrySdk } from 'otel-sentry-bridge/link';

Sentry.init({
  dsn: process.env.SENTRY_DSN,
  // No tracesSampleRate and no tracesSampler: spans are OpenTelemetry's business.
  integrations: [Sentry.openTelemetryIntegration(), linkSentrySdk(bridge)],
});
