import { randomBytes } from 'node:crypto';

/** A trace that began in a web shop and was sampled there. */
export const UPSTREAM = upstream({ sampled: 'true', sample_rand: '0.108352' });

/** A trace that was not sampled where it began. */
export const UNSAMPLED_UPSTREAM = upstream({ sampled: 'false', sample_rand: '0.913074' });

/** What others put into the baggage of both. */
export const FOREIGN_BAGGAGE = 'vendor=acme%20corp;region=eu-1,session-tier=gold';

/** What is asked of the shop, in this order; `name` goes along as `x-request-id`. */
export const REQUESTS = [
  { name: 'order page', path: '/orders/1', status: 200 },
  { name: 'traced client', path: '/orders/2', status: 200, headers: headersOf(UPSTREAM) },
  { name: 'unsampled client', path: '/orders/3', status: 200, headers: headersOf(UNSAMPLED_UPSTREAM) },
  { name: 'failing invoice', path: '/orders/2/invoice', status: 500 },
  { name: 'slow report', path: '/revenue', status: 200 },
  { name: 'streamed export', path: '/exports/orders', status: 200 },
  { name: 'new order', path: '/orders', method: 'POST', status: 202 },
];

/** Sends one request; resolves with what came back when all of it is there. */
export async function send(shop, { name, path, method = 'GET', headers = {} }) {
  const response = await fetch(new URL(path, shop), {
    method,
    headers: { 'x-request-id': name, ...headers },
  });
  return { name, status: response.status, body: await response.text() };
}

function upstream(decision) {
  const traceId = randomBytes(16).toString('hex');
  const dsc = {
    trace_id: traceId,
    public_key: randomBytes(16).toString('hex'),
    release: 'storefront@7.1.0',
    environment: 'demo',
    transaction: '/checkout',
    sample_rate: '0.25',
    ...decision,
  };
  return { traceId, spanId: randomBytes(8).toString('hex'), dsc };
}

function headersOf({ traceId, spanId, dsc }) {
  const members = Object.entries(dsc).map(([key, value]) => `sentry-${key}=${encodeURIComponent(value)}`);
  return {
    'sentry-trace': `${traceId}-${spanId}-${dsc.sampled === 'true' ? 1 : 0}`,
    baggage: [FOREIGN_BAGGAGE, ...members].join(','),
  };
}
