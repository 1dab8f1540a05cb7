export { linkSentrySdk } from './link/link-sentry-sdk.js';

export type { LinkedBridge, SentrySdkIntegration } from './link/link-sentry-sdk.js';
