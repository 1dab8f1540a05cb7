/** How this package names itself to Sentry. The version is the one of package.json; a test compares them. */
export const SDK = { name: 'otel-sentry-bridge', version: '0.1.0' } as const;
