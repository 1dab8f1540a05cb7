import type { TreeSource } from './assembly/tree-source.js';
import { guard, log } from './otel/diagnostics.js';
import type { ProfileHost, ProfileObserver } from './profile-source.js';
import type { Shared } from './shared.js';
import type { Delivery } from './transport/delivery.js';
import type { OutgoingEnvelope } from './transport/outgoing-envelope.js';
import { coversCategory } from './transport/rate-limiter.js';

/** What the pipeline does for a profiler. */
interface Services {
  readonly delivery: Pick<Delivery, 'snapshot'> | undefined;
  post(outgoing: OutgoingEnvelope): void;
  collecting(): void;
  addSource(source: TreeSource): void;
}

/** Connects the profiler of the options, if there is one, so that nothing it throws reaches the pipeline. */
export function connectProfiler(shared: Shared, pipeline: Services): ProfileObserver | undefined {
  const observer = shared.config.profiler?.attach(hostFor(shared, pipeline));
  if (observer === undefined) return undefined;
  const safe = guarded(observer);
  const flush = () => safe.flush();
  pipeline.addSource({ flush, drain: flush, bufferedSpans: 0 });
  return safe;
}

function hostFor({ config, clock, losses, identify }: Shared, pipeline: Services): ProfileHost {
  return {
    clock,
    losses,
    dist: config.dist,
    hasTransactions: config.traceLifecycle === 'transaction',
    identify: resource => identify({ name: '', kind: 0, attributes: {}, ...(resource && { resource }) }),
    isLimited: category => coversCategory(pipeline.delivery?.snapshot().rateLimits ?? [], category),
    send: outgoing => pipeline.post(outgoing),
    recording: () => pipeline.collecting(),
  };
}

function guarded(observer: ProfileObserver): ProfileObserver {
  const safely = <T>(fallback: T, what: () => T): T => guard('profiling', fallback, what);
  let isToldOfRoots = false;
  let hasWarned = false;
  const warnOnce = (): void => {
    if (!hasWarned) log.warn('the profiler sees no transaction start: it needs SentrySpanProcessor');
    hasWarned = true;
  };
  return {
    rootStarted(root, segment) {
      isToldOfRoots = true;
      safely(undefined, () => observer.rootStarted(root, segment));
    },
    childStarted: (span, segment) => safely(undefined, () => observer.childStarted(span, segment)),
    rootEnded: (root, segment) => safely(undefined, () => observer.rootEnded(root, segment)),
    complete(event, root, segment) {
      if (!isToldOfRoots) warnOnce();
      return safely([], () => observer.complete(event, root, segment));
    },
    dropped: (root, segment, reason) => safely(undefined, () => observer.dropped(root, segment, reason)),
    flush: () => safely(undefined, () => observer.flush()),
    close: () => safely(undefined, () => observer.close()),
  };
}
