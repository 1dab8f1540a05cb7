const SCHEMA = 'https://www.speedscope.app/file-format-schema.json';

/**
 * A profile as Sentry gets it, of either format, as a file for speedscope: one graph for each thread.
 * https://github.com/jlfwong/speedscope/wiki/Importing-from-custom-sources
 *
 * @param {{ profile: object }} payload
 * @param {string} name
 */
export function toSpeedscope({ profile }, name) {
  const { samples, stacks, frames, thread_metadata: threads } = profile;
  const ordered = samples.toSorted((a, b) => millisOf(a) - millisOf(b));
  const ids = [...new Set(ordered.map(sample => sample.thread_id))];
  return {
    $schema: SCHEMA,
    version: '0.0.1',
    name,
    exporter: 'otel-sentry-bridge',
    activeProfileIndex: 0,
    shared: { frames: frames.map(toSpeedscopeFrame) },
    profiles: ids.map(id =>
      toSampledProfile(
        ordered.filter(sample => sample.thread_id === id),
        stacks,
        `${name} (${threads[id]?.name ?? id})`,
      ),
    ),
  };
}

function toSpeedscopeFrame({ function: name, filename: file, lineno: line, colno: col }) {
  return { name, file, line, col };
}

/** Each sample stands for the time until the next one. */
function toSampledProfile(samples, stacks, name) {
  const times = samples.map(millisOf);
  const startValue = times[0];
  const endValue = times.at(-1);
  return {
    type: 'sampled',
    name,
    unit: 'milliseconds',
    startValue,
    endValue,
    samples: samples.map(({ stack_id: id }) => stacks[id].toReversed()),
    weights: times.map((time, index) => (times[index + 1] ?? endValue) - time),
  };
}

function millisOf({ elapsed_since_start_ns: nanos, timestamp: seconds }) {
  return nanos === undefined ? seconds * 1000 : Number(nanos) / 1e6;
}
