import { context, type Context } from '@opentelemetry/api';
import type { Transport, TransportResponse } from '../../src/transport/transport.js';
import { parseEnvelope, type ParsedEnvelope } from './parse-envelope.js';
import { checkWire } from './wire-problems.js';

export interface Call {
  readonly envelope: ParsedEnvelope;
  readonly timeoutMillis: number;
  readonly context: Context;
  readonly answer: (response?: TransportResponse | number) => void;
  readonly fail: (error: unknown) => undefined;
}

/** Answers at once, or returns nothing to leave the call open for the test to settle. */
export type Reaction = (call: Call, index: number) => TransportResponse | number | undefined;

/** Sentry cannot be reached, and trying again at once would not help. */
export const unreachable: Reaction = ({ fail }) => fail(new Error('certificate has expired'));

/** A transport without a network. By default every call stays open until the test settles it. */
export class ScriptedTransport implements Transport {
  readonly calls: Call[] = [];
  closed = 0;
  readonly #react: Reaction;

  constructor(react: Reaction = () => undefined) {
    this.#react = react;
  }

  get last(): Call {
    const call = this.calls.at(-1);
    if (call === undefined) throw new Error('nothing was sent');
    return call;
  }

  /** Names of the transactions sent, and types of other items, in order. */
  get sent(): string[] {
    return this.calls.flatMap(({ envelope }) =>
      envelope.items.map(item => nameOf(item.payload.toString(), item.headers['type'])),
    );
  }

  send(bytes: Uint8Array, timeoutMillis: number): Promise<TransportResponse> {
    return new Promise((resolve, reject) => {
      const call: Call = {
        envelope: parseEnvelope(bytes),
        timeoutMillis,
        context: context.active(),
        answer: (response = 200) => resolve(toResponse(response)),
        fail: error => {
          reject(error);
          return undefined;
        },
      };
      checkWire(call.envelope);
      const index = this.calls.push(call) - 1;
      const response = this.#react(call, index);
      if (response !== undefined) call.answer(response);
    });
  }

  close(): void {
    this.closed++;
  }
}

/** A failure as Node reports it. */
export function networkError(code: string): Error {
  return Object.assign(new Error(`connect ${code}`), { code });
}

function toResponse(response: TransportResponse | number): TransportResponse {
  return typeof response === 'number' ? { statusCode: response } : response;
}

function nameOf(payload: string, type: unknown): string {
  const json: unknown = JSON.parse(payload);
  if (typeof json !== 'object' || json === null || !('transaction' in json)) return String(type);
  return String(json.transaction);
}
