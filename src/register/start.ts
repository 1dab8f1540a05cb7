import * as ownApi from '@opentelemetry/api';
import { createSentryBridge, type SentryBridge } from '../bridge.js';
import { parseFlag, variable } from '../config/environment-variables.js';
import type { SentryBridgeOptions } from '../options.js';
import { describeError } from '../otel/diagnostics.js';
import { SDK } from '../sdk-info.js';
import { isApi } from './sdk/api.js';
import { API, chooseSdk, type Sdk, type SdkChoice } from './sdk/choose-sdk.js';
import { continueEnvironmentTrace } from './continue-environment-trace.js';
import { findExistingSetup, hasDiagLogger } from './existing-setup.js';
import { installExitHooks } from './exit-hooks.js';
import type { Host } from './host.js';
import { installCommand, recommendedLine } from './install-hint.js';
import {
  findInstrumentationPackages,
  startInstrumentations,
} from './instrumentations/start-instrumentations.js';
import { registerLoaderHook } from './instrumentations/loader-hook.js';
import { sdkLine } from './packages/versions.js';
import { isDebugging, logToStderr } from './log-to-stderr.js';
import { profilerFromEnv } from './profiler-from-env.js';
import { propagatorFromEnv } from './sdk/propagator-from-env.js';
import { registerGlobals, type ApiCopy } from './sdk/register-globals.js';
import { claimProcess } from './registration-mark.js';
import { createResource } from './sdk/resource-from-env.js';
import { startLine } from './start-line.js';

type CreateBridge = (options: SentryBridgeOptions) => SentryBridge;

/** Sets up tracing with what the application has installed. Never throws: what is in the way is printed. */
export function start(host: Host, createBridge: CreateBridge = createSentryBridge): void {
  if (host.isHooksThread) return;
  const say = (text: string): void => host.print(`${SDK.name}/register: ${text}`);
  try {
    const obstacle = attempt(host, say, createBridge);
    if (obstacle !== undefined) say(`not started: ${obstacle}`);
  } catch (error) {
    say(`not started: ${describeError(error)}`);
  }
}

/** Returns what is in the way, if anything is. */
function attempt(host: Host, say: (text: string) => void, createBridge: CreateBridge): string | undefined {
  const { env, globals } = host;
  if (parseFlag(variable(env, 'OTEL_SDK_DISABLED') ?? '') === true) {
    return isDebugging(env) ? 'OTEL_SDK_DISABLED is set' : undefined;
  }
  const holder = claimProcess(globals, SDK.version);
  if (holder !== undefined) return `version ${holder} has been here before; register once`;
  const existing = findExistingSetup(globals);
  if (existing !== undefined) return `${existing}; use either that or this`;
  const choice = chooseSdk(host.packages);
  if (choice.kind === 'missing') return missingText(choice, host);
  if (choice.kind === 'unusable') return choice.reason;
  if (!hasDiagLogger(globals)) logToStderr(choice.sdk.api, env, line => host.print(line));
  return run(
    host,
    say,
    choice.sdk,
    createBridge({ profiler: profilerFromEnv(env, () => host.loadProfiling()) }),
  );
}

function run(host: Host, say: (text: string) => void, sdk: Sdk, bridge: SentryBridge): string | undefined {
  const { env, packages } = host;
  const provider = new sdk.Provider({
    resource: createResource(sdk.resources, env),
    sampler: bridge.sampler,
    spanProcessors: [bridge.spanProcessor],
  });
  const contextManager = new sdk.ContextManager().enable();
  const propagator = propagatorFromEnv(env, bridge.propagator);
  const obstacle = registerGlobals(sdk.api, { provider, contextManager, propagator }, apiCopies(host));
  if (obstacle !== undefined) return obstacle;
  const found = findInstrumentationPackages(packages, env);
  const loaderHook = registerLoaderHook(host, found);
  const instrumentations = startInstrumentations(packages, found, provider).length;
  const isContinuing = continueEnvironmentTrace(contextManager, env);
  installExitHooks(host.signals, bridge);
  if (isDebugging(env)) {
    const diagnosis = bridge.diagnose();
    say(startLine({ sdk: sdk.package, instrumentations, loaderHook, isContinuing, diagnosis }));
  }
  if (found.length === 0) {
    const command = installCommand(sdkLine(sdk.package.version), [
      '@opentelemetry/auto-instrumentations-node',
    ]);
    say(`no instrumentation is installed, only spans of your own are recorded: ${command}`);
  }
  return undefined;
}

/** Copies of the API besides the SDK's: ours and the application's. */
function apiCopies({ packages }: Host): ApiCopy[] {
  const found = packages.find(API);
  const api = found && packages.load(found.entry);
  const own = { owner: SDK.name, api: ownApi };
  return isApi(api) ? [own, { owner: 'the application', api }] : [own];
}

function missingText(
  { packages: missing, line }: SdkChoice & { kind: 'missing' },
  { packages, nodeVersion }: Host,
): string {
  if (line !== undefined) return `${missing.join(', ')} is missing: ${installCommand(line, missing)}`;
  const recommended = recommendedLine(packages.find(API)?.version, nodeVersion);
  return `no OpenTelemetry SDK is installed: ${installCommand(recommended)}`;
}
