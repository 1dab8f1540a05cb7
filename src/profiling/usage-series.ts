import type { UsagePoint } from './usage-meter.js';

interface Series<Stamp> {
  unit: string;
  values: (Stamp & { value: number })[];
}

/**
 * Processor time and memory as both formats of profiles have them.
 *
 * @param stampOf how a format says when, from microseconds on the clock of the recorder
 */
export function usageSeries<Stamp extends object>(
  points: readonly UsagePoint[],
  stampOf: (micros: number) => Stamp,
): Record<string, Series<Stamp>> {
  if (points.length === 0) return {};
  const series = (unit: string, valueOf: (point: UsagePoint) => number): Series<Stamp> => ({
    unit,
    values: points.map(point => ({ ...stampOf(point.micros), value: valueOf(point) })),
  });
  return {
    cpu_usage: series('percent', ({ cpuPercent }) => cpuPercent),
    memory_footprint: series('byte', ({ heapBytes }) => heapBytes),
  };
}
