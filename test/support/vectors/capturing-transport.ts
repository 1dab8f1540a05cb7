import type { Transport, TransportResponse } from '../../../src/index.js';
import { parseEnvelope, type ParsedEnvelope } from '../parse-envelope.js';
import { checkWire } from '../wire-problems.js';

/** Accepts every envelope and keeps it. */
export class CapturingTransport implements Transport {
  #envelopes: ParsedEnvelope[] = [];

  send(envelope: Uint8Array): Promise<TransportResponse> {
    const parsed = parseEnvelope(envelope);
    checkWire(parsed);
    this.#envelopes.push(parsed);
    return Promise.resolve({ statusCode: 200 });
  }

  /** The envelopes since the last call. */
  take(): ParsedEnvelope[] {
    const envelopes = this.#envelopes;
    this.#envelopes = [];
    return envelopes;
  }
}
