import { Agent, get } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Segment } from './segment.js';
import type { Service } from './service.js';
import type { HeaderLines } from './trace-headers.js';

/** One service a request has gone through. */
export interface Hop {
  readonly service: Service;
  /** The trace headers of the request it was asked with. */
  readonly received: HeaderLines;
  /** The trace headers of the request it has made. */
  readonly sent: HeaderLines;
  /** What it has sent to Sentry of this trace. */
  readonly segments: readonly Segment[];
}

export interface Call {
  /** Of the request to the first service. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How services in Node call the next one. Default `fetch`. */
  readonly via?: 'fetch' | 'http';
  /** What the first service puts into the baggage of its call. */
  readonly baggage?: string;
}

/** Sends a request through services, and resolves with what each of them has seen and reported. */
export async function requestThrough(
  services: readonly Service[],
  echo: Service,
  { headers = {}, via = 'fetch', baggage }: Call = {},
): Promise<Hop[]> {
  const [first, ...rest] = services;
  const url = new URL('/hop', first?.url);
  for (const next of [...rest, echo]) url.searchParams.append('next', next.url);
  url.searchParams.set('via', via);
  if (baggage !== undefined) url.searchParams.set('baggage', baggage);
  return hopsOf(await answerTo(url, headers), services);
}

/** What services have seen and reported, from their answers to a request that has gone through them. */
export async function hopsOf(
  answers: readonly { readonly received: HeaderLines }[],
  services: readonly Service[],
): Promise<Hop[]> {
  for (const service of services) await service.flush();
  return services.map((service, index) => {
    const [own, next] = answers.slice(index);
    if (own === undefined || next === undefined) throw new Error(`${service.title} has not been asked`);
    const segments = service.segmentsOf(traceIdIn(next.received));
    return { service, received: own.received, sent: next.received, segments };
  });
}

/** Without a connection that stays open: services end only then. */
async function answerTo(
  url: URL,
  headers: Readonly<Record<string, string>>,
): Promise<{ received: HeaderLines }[]> {
  const agent = new Agent({ keepAlive: false });
  const body = await new Promise<string>((resolve, reject) => {
    get(url, { headers, agent }, response => text(response).then(resolve, reject)).on('error', reject);
  });
  try {
    return JSON.parse(body) as { received: HeaderLines }[];
  } catch {
    throw new Error(`${url.href} answers ${body}`);
  }
}

function traceIdIn({ 'sentry-trace': [sentryTrace], traceparent: [traceparent] }: HeaderLines): string {
  return sentryTrace?.slice(0, 32) ?? traceparent?.slice(3, 35) ?? '';
}
