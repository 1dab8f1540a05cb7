/** What a browser with Sentry's SDK says about its trace. */
export function callersContext(traceId, isSampled) {
  return {
    trace_id: traceId,
    public_key: 'b'.repeat(32),
    environment: 'production',
    release: 'web@3',
    sampled: String(isSampled),
    sample_rand: '0.250000',
    sample_rate: '0.5',
    transaction: 'Cart',
  };
}

/** The headers it says so with, among members that are not Sentry's. */
export function callersHeaders(traceId, isSampled) {
  const members = Object.entries(callersContext(traceId, isSampled)).map(
    ([key, value]) => `sentry-${key}=${value}`,
  );
  return {
    'sentry-trace': `${traceId}-0123456789abcdef-${isSampled ? 1 : 0}`,
    baggage: ['tenant=7;hidden=yes', ...members].join(',').replace('web@3', 'web%403'),
  };
}
