// What the page of the bridge's service loads.
import * as Sentry from '@sentry/browser';

const FLUSH_TIMEOUT_MILLIS = 5000;

globalThis.startSentry = options => {
  Sentry.init({
    ...options,
    // Services of other origins get headers only when they are listed.
    tracePropagationTargets: ['http://127.0.0.1'],
    integrations: [Sentry.browserTracingIntegration()],
  });
};

/** Ends the span of the page load instead of waiting for the page to be idle, and sends everything. */
globalThis.finishSentry = () => {
  Sentry.getActiveSpan()?.end();
  return Sentry.flush(FLUSH_TIMEOUT_MILLIS);
};
