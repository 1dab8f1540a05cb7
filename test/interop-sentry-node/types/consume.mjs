// Checked by TypeScript, never run. As JavaScript it is no part of the project's own check, which lacks the SDK.
import * as Sentry from '@sentry/node';
import { createSentryBridge, SentryPropagator } from 'otel-sentry-bridge';
import { linkSentrySdk } from 'otel-sentry-bridge/link';

const bridge = createSentryBridge();
/** @type {import('otel-sentry-bridge/link').SentrySdkIntegration} */
const alone = linkSentrySdk();

Sentry.init({ integrations: [linkSentrySdk(bridge), alone] });
Sentry.addIntegration(linkSentrySdk({ propagator: new SentryPropagator() }));
Sentry.init({ integrations: defaults => [...defaults, linkSentrySdk(bridge)] });

// @ts-expect-error options are no bridge
linkSentrySdk({ dsn: 'https://key@host/1' });
