import type { Clock } from '../clock.js';
import { settlesWithin } from './deadline.js';
import { SPOOLING_MILLIS, type EnvelopeSpool } from './delivery-options.js';
import type { OutgoingEnvelope } from './outgoing-envelope.js';
import { lossReason, type SendOutcome } from './transport.js';

/** What becomes of an envelope when there is a spool, if there is: what the network would lose is kept. */
export function keepUnsent(
  spool: EnvelopeSpool | undefined,
  outgoing: OutgoingEnvelope,
  outcome: SendOutcome,
  done: (fate: SendOutcome) => void,
): void {
  if (spool === undefined || lossReason(outcome) !== 'network_error') return done(outcome);
  void keep(spool, outgoing, outcome, done);
}

async function keep(
  spool: EnvelopeSpool,
  outgoing: OutgoingEnvelope,
  outcome: SendOutcome,
  done: (fate: SendOutcome) => void,
): Promise<void> {
  const error = outcome.kind === 'failed' ? outcome.error : new Error('closed');
  done((await spool.put(outgoing)) ? { kind: 'spooled', error } : outcome);
}

/**
 * Milliseconds of the time for closing in which nothing more is sent: half of it when Sentry could not be reached the
 * last time, else a moment.
 */
export function spoolingMillis(
  spool: EnvelopeSpool | undefined,
  timeoutMillis: number,
  lastOutcome: SendOutcome | undefined,
): number {
  if (spool === undefined) return 0;
  const half = timeoutMillis / 2;
  return lastOutcome?.kind === 'spooled' ? half : Math.min(half, SPOOLING_MILLIS);
}

/**
 * Lets the spool take what is left until `deadline` of the monotonic clock, and closes it. Resolves with whether
 * everything was settled in time.
 */
export async function closeSpool(
  spool: EnvelopeSpool,
  settled: Promise<void>,
  deadline: number,
  clock: Clock,
): Promise<boolean> {
  const isSettled = await settlesWithin(settled, deadline - clock.monotonicMillis(), clock);
  await spool.close(deadline - clock.monotonicMillis());
  return isSettled;
}
