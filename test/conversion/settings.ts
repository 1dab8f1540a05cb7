import type { ConversionSettings } from '../../src/conversion/settings.js';

/** Settings of a bridge that was told nothing but what a test wants. */
export function conversionSettings(special: Partial<ConversionSettings> = {}): ConversionSettings {
  return {
    sdk: { name: 'otel-sentry-bridge', version: '0.0.0' },
    sendDefaultPii: false,
    tags: {},
    tagAttributes: [],
    staticContexts: {},
    resources: new WeakMap(),
    ...special,
  };
}
