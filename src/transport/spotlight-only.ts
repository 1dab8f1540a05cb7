import type { OutgoingEnvelope } from './outgoing-envelope.js';
import type { Spotlight } from './spotlight.js';
import type { SendOutcome } from './transport.js';

const DELIVERED: SendOutcome = { kind: 'delivered' };

/**
 * Stands in for delivery where there is no DSN but a Spotlight: copies go there, and nothing is ever counted as lost,
 * as Sentry was not to get it.
 */
export class SpotlightOnly {
  readonly #spotlight: Spotlight;

  constructor(spotlight: Spotlight) {
    this.#spotlight = spotlight;
  }

  post(outgoing: OutgoingEnvelope, settled: (outcome: SendOutcome) => void): void {
    this.#spotlight.onHandedOver(outgoing);
    settled(DELIVERED);
  }

  async flush(timeoutMillis: number): Promise<boolean> {
    await this.#spotlight.flush(timeoutMillis);
    return true;
  }

  async close(timeoutMillis: number): Promise<boolean> {
    await this.#spotlight.close(timeoutMillis);
    return true;
  }
}
