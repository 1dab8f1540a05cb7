import { request } from 'node:http';
import type { FakeSentry } from '../../support/fake-sentry.js';

export interface RawRequest {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** Without `Content-Length`. */
  readonly isChunked?: boolean;
}

/** Sends a server exactly this. Resolves with the status. */
export function post(sentry: FakeSentry, raw: RawRequest): Promise<number> {
  const url = new URL(raw.path ?? sentry.envelopeUrl, sentry.origin);
  const body = Buffer.from(raw.body);
  const length = raw.isChunked === true ? {} : { 'content-length': body.length };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers: { ...length, ...raw.headers } }, response => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject);
    if (raw.isChunked === true) sent.write(body.subarray(0, 10));
    sent.end(raw.isChunked === true ? body.subarray(10) : body);
  });
}
