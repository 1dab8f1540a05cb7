import type { Config } from './config/config.js';
import type { ConversionSettings } from './conversion/settings.js';
import { hostname, nodeContexts } from './node-contexts.js';
import { HookLog } from './otel/hook-log.js';
import { SDK } from './sdk-info.js';

/** What conversion needs of the options, and of the machine. */
export function createConversionSettings(config: Config): ConversionSettings {
  const {
    release,
    environment,
    serverName,
    fallbackRelease,
    dist,
    sendDefaultPii,
    tags,
    tagAttributes,
    transactionName,
  } = config;
  const hookLog = new HookLog();
  return {
    sdk: SDK,
    release,
    environment,
    serverName,
    fallbackRelease,
    hostname: hostname(),
    dist,
    sendDefaultPii,
    tags,
    tagAttributes,
    staticContexts: nodeContexts(),
    resources: new WeakMap(),
    transactionName,
    onHookError: (hook, error) => hookLog.failed(hook, error),
  };
}
