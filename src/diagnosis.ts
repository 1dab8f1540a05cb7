import type { Pipeline } from './pipeline.js';
import { printDsn } from './protocol/dsn.js';
import type { Loss } from './protocol/loss-counter.js';
import type { Shared } from './shared.js';
import type { DeliverySnapshot } from './transport/delivery-snapshot.js';

/** Errors of transports may hold requests with all their headers: only what became of an envelope is told. */
type DeliveryDiagnosis = Omit<DeliverySnapshot, 'lastOutcome'> & { readonly lastOutcome: string | undefined };

/** What a bridge is doing, for people and health checks. Holds no secrets. */
export interface Diagnosis {
  /** Where envelopes go, without the secret; absent without a DSN. */
  readonly dsn: string | undefined;
  /** `off`: neither tracesSampleRate nor tracesSampler is set. */
  readonly sampling: 'off' | 'rate' | 'sampler';
  /** How spans travel, see the option. */
  readonly traceLifecycle: 'transaction' | 'stream';
  /** Finished spans that wait: for their roots, or for others of their trace. */
  readonly bufferedSpans: number;
  /** Everything lost so far by Sentry's reasons, reported or not. */
  readonly losses: readonly Loss[];
  /** Queue, requests and limits; absent without a DSN. */
  readonly delivery: DeliveryDiagnosis | undefined;
  /** What is likely to be wrong, in words. */
  readonly findings: readonly string[];
}

export function diagnose({ config, losses }: Shared, pipeline: Pipeline): Diagnosis {
  const { dsn, tracesSampler, tracesSampleRate, traceLifecycle } = config;
  const snapshot = pipeline.delivery?.snapshot();
  const delivery = snapshot && { ...snapshot, lastOutcome: snapshot.lastOutcome?.kind };
  const sampling = tracesSampler ? 'sampler' : tracesSampleRate === undefined ? 'off' : 'rate';
  return {
    dsn: dsn && printDsn(dsn),
    sampling,
    traceLifecycle,
    bufferedSpans: pipeline.bufferedSpans,
    losses: losses.totals(),
    delivery,
    findings: findingsOf(config, sampling, pipeline.isSending, delivery),
  };
}

function findingsOf(
  { tracesSampleRate, traceLifecycle, beforeSendTransaction }: Shared['config'],
  sampling: Diagnosis['sampling'],
  isSending: boolean,
  delivery: DeliveryDiagnosis | undefined,
): string[] {
  return [
    ...(isSending ? [] : ['no dsn: nothing is sent']),
    ...(sampling === 'off'
      ? ['neither tracesSampleRate nor tracesSampler is set: no trace is recorded']
      : []),
    ...(sampling === 'rate' && tracesSampleRate === 0
      ? ['tracesSampleRate is 0: no trace that begins here is recorded']
      : []),
    ...(traceLifecycle === 'stream' && beforeSendTransaction !== undefined
      ? ['beforeSendTransaction is never called: a stream has no transactions, see beforeSendSpan']
      : []),
    ...(delivery?.rateLimits.length ? ['Sentry asked to send less: a rate limit is in force'] : []),
    ...(delivery?.lastProblem ? [`last problem: ${delivery.lastProblem}`] : []),
  ];
}
