import * as Sentry from '@sentry/browser';

const { dsn, traceLifecycle, api } = window.settings;

Sentry.init({
  dsn,
  release: 'shop-web@2.0.0',
  // The page continues the server's trace, and with it the server's decision: this rate is for pages without meta tags.
  tracesSampleRate: 1,
  tracePropagationTargets: [api],
  propagateTraceparent: true,
  // 'static' sends transactions, for a self-hosted Sentry that does not take streamed spans; the default is 'stream'.
  traceLifecycle,
  integrations: [Sentry.browserTracingIntegration()],
});

window.addEventListener('DOMContentLoaded', async () => {
  const response = await fetch(`${api}/price`);
  document.querySelector('#price').textContent = await response.text();
});
