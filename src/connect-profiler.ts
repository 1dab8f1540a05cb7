import { guard, log } from './otel/diagnostics.js';
import type { ProfileHost, ProfileObserver } from './profile-source.js';
import type { Shared } from './shared.js';

/** What the pipeline does for a profiler. */
type Services = Pick<ProfileHost, 'isLimited' | 'send' | 'recording'>;

/** The profiler of the options, if there is one, so that nothing it throws reaches the pipeline. */
export function connectProfiler(shared: Shared, services: Services): ProfileObserver | undefined {
  const { config, clock, losses, identify } = shared;
  if (config.profiler !== undefined && config.traceLifecycle === 'stream') {
    log.warn("profiles are taken of transactions, which traceLifecycle 'stream' has none of");
    return undefined;
  }
  const observer = config.profiler?.attach({
    clock,
    losses,
    dist: config.dist,
    identify: resource => identify({ name: '', kind: 0, attributes: {}, ...(resource && { resource }) }),
    ...services,
  });
  return observer && guarded(observer);
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
