import { findingsOf } from './findings.js';
import { optionsInForce, type OptionValue } from './options-in-force.js';
import type { Pipeline } from '../pipeline.js';
import { maskDsn } from '../protocol/dsn.js';
import type { Loss } from '../protocol/loss-counter.js';
import type { Shared } from '../shared.js';
import type { DeliverySnapshot } from '../transport/delivery-snapshot.js';

/** Errors of transports may hold requests with all their headers: only what became of an envelope is told. */
type DeliveryDiagnosis = Omit<DeliverySnapshot, 'lastOutcome'> & { readonly lastOutcome: string | undefined };

/** Whether the parts have had something to do: as long as they have not, they may not be registered. */
interface UsedParts {
  /** It was asked about a span. */
  readonly sampler: boolean;
  /** A span was started or ended. */
  readonly spanProcessor: boolean;
  /** Headers were read or written. */
  readonly propagator: boolean;
}

/** What a bridge is doing, for people and health checks. Holds no secrets. */
export interface Diagnosis {
  /** Where envelopes go, with the key masked; absent without a DSN. */
  readonly dsn: string | undefined;
  /** `off`: neither tracesSampleRate nor tracesSampler is set. */
  readonly sampling: 'off' | 'rate' | 'sampler';
  /** How spans travel, see the option. */
  readonly traceLifecycle: 'transaction' | 'stream';
  /** Options after variables and defaults, without secrets. */
  readonly options: Readonly<Record<string, OptionValue>>;
  /** Which parts have had something to do. */
  readonly used: UsedParts;
  /** Sampled spans that have started and not ended. */
  readonly openSpans: number;
  /** Finished spans that wait: for their roots, or for others of their trace. */
  readonly bufferedSpans: number;
  /** Everything lost so far by Sentry's reasons, reported or not. */
  readonly losses: readonly Loss[];
  /** Queue, requests and limits; absent without a DSN. */
  readonly delivery: DeliveryDiagnosis | undefined;
  /** What is likely to be wrong, in words. */
  readonly findings: readonly string[];
}

/** @internal */
export function diagnose(shared: Shared, pipeline: Pipeline): Diagnosis {
  const { config, activity } = shared;
  const { dsn, tracesSampler, tracesSampleRate, traceLifecycle } = config;
  const snapshot = pipeline.delivery?.snapshot();
  const delivery = snapshot && { ...snapshot, lastOutcome: snapshot.lastOutcome?.kind };
  const losses = shared.losses.totals();
  return {
    dsn: dsn && maskDsn(dsn),
    sampling: tracesSampler ? 'sampler' : tracesSampleRate === undefined ? 'off' : 'rate',
    traceLifecycle,
    options: optionsInForce(config),
    used: {
      sampler: activity.rootsDecided > 0,
      spanProcessor: activity.rootsStarted > 0,
      propagator: activity.headers > 0,
    },
    openSpans: activity.openSpans,
    bufferedSpans: pipeline.bufferedSpans,
    losses,
    delivery,
    findings: findingsOf({ shared, isSending: pipeline.isSending, losses, delivery }),
  };
}
