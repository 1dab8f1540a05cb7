import type { DescribableSpan, FamilyDescription } from './family.js';

/** Files. No attribute tells them, only the instrumentation. https://develop.sentry.dev/sdk/telemetry/traces/span-operations/ */
export function describeFileSystem({ instrumentationScope }: DescribableSpan): FamilyDescription | undefined {
  return instrumentationScope?.name === '@opentelemetry/instrumentation-fs' ? FILE : undefined;
}

const FILE: FamilyDescription = { op: 'file', source: 'custom' };
