import { channel } from 'node:diagnostics_channel';

/** Whether requests of `fetch` are observed already, by OpenTelemetry or somebody else. */
export function isFetchObserved(): boolean {
  return channel('undici:request:create').hasSubscribers;
}
