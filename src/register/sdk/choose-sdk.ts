import type { ContextManager, TracerProvider } from '@opentelemetry/api';
import { isApi, type Api } from './api.js';
import { isClassWith, member, type Constructor } from '../packages/members.js';
import type { InstalledPackage, Packages } from '../packages/find-packages.js';
import { isAtLeast, parseVersion, sdkLine } from '../packages/versions.js';

/** The parts of an OpenTelemetry SDK that belong together. */
export interface Sdk {
  /** The package the provider is from. */
  readonly package: InstalledPackage;
  readonly api: Api;
  readonly Provider: Constructor<TracerProvider>;
  readonly ContextManager: Constructor<ContextManager>;
  /** `@opentelemetry/resources`, loaded. */
  readonly resources: unknown;
}

export type SdkChoice =
  | { readonly kind: 'chosen'; readonly sdk: Sdk }
  /** `line`: that of the provider, when only something beside it is missing. */
  | { readonly kind: 'missing'; readonly packages: readonly string[]; readonly line?: 2 | 3 }
  | { readonly kind: 'unusable'; readonly reason: string };

export const API = '@opentelemetry/api';
const CONTEXT_MANAGER = '@opentelemetry/context-async-hooks';

/** In order of preference: the older ones read more `OTEL_*` variables. */
const PROVIDERS: Readonly<Record<string, string>> = {
  '@opentelemetry/sdk-trace-node': 'NodeTracerProvider',
  '@opentelemetry/sdk-trace-base': 'BasicTracerProvider',
  '@opentelemetry/sdk-trace': 'TracerProvider',
};

/** Packages that bring an SDK of their own, which the application itself may not be able to see. */
const BRINGING = ['@opentelemetry/sdk-node', '@opentelemetry/auto-instrumentations-node'];

interface Candidate {
  readonly package: InstalledPackage;
  readonly api: InstalledPackage | undefined;
}

/** Finds the SDK to use: of the line the installed API is for, if there are both. */
export function chooseSdk(packages: Packages): SdkChoice {
  const candidates = findCandidates(packages);
  const supported = candidates.filter(candidate => parseVersion(candidate.package.version).major >= 2);
  const chosen = supported.find(fitsApi) ?? supported[0];
  if (chosen !== undefined) return assemble(packages, chosen);
  const [old] = candidates;
  return old === undefined
    ? { kind: 'missing', packages: [] }
    : { kind: 'unusable', reason: `${nameOf(old.package)} is not supported: use 2.x or 3.x` };
}

function findCandidates(packages: Packages): Candidate[] {
  const bringing = BRINGING.map(name => packages.find(name)).filter(found => found !== undefined);
  return [undefined, ...bringing]
    .flatMap(from => Object.keys(PROVIDERS).map(name => packages.find(name, from)))
    .filter(found => found !== undefined)
    .map(found => ({ package: found, api: packages.find(API, found) }));
}

function fitsApi({ package: { version }, api }: Candidate): boolean {
  return api !== undefined && (sdkLine(version) === 3) === isAtLeast(api.version, 1, 10);
}

function assemble(packages: Packages, { package: from, api: apiPackage }: Candidate): SdkChoice {
  const line = sdkLine(from.version);
  const contextPackage = findBeside(packages, CONTEXT_MANAGER, from);
  const resourcesPackage = packages.find('@opentelemetry/resources', from);
  if (contextPackage === undefined || apiPackage === undefined) {
    const missing = [apiPackage ? [] : [API], contextPackage ? [] : [CONTEXT_MANAGER]].flat();
    return { kind: 'missing', packages: missing, line };
  }
  if (line === 3 && !isAtLeast(apiPackage.version, 1, 10)) {
    return { kind: 'unusable', reason: `${nameOf(from)} needs ${API} 1.10, not ${apiPackage.version}` };
  }
  const api = packages.load(apiPackage.entry);
  const Provider = member(packages.load(from.entry), PROVIDERS[from.name] ?? '');
  const ContextManager = member(packages.load(contextPackage.entry), 'AsyncLocalStorageContextManager');
  const isComplete =
    isApi(api) &&
    isClassWith<TracerProvider>(Provider, ['getTracer']) &&
    isClassWith<ContextManager>(ContextManager, ['active', 'with', 'enable']);
  if (!isComplete) return { kind: 'unusable', reason: `${nameOf(from)} is not an SDK as expected` };
  const resources = resourcesPackage && packages.load(resourcesPackage.entry);
  return { kind: 'chosen', sdk: { package: from, api, Provider, ContextManager, resources } };
}

function findBeside(packages: Packages, name: string, from: InstalledPackage): InstalledPackage | undefined {
  const places = [from, ...BRINGING.map(bringing => packages.find(bringing))];
  return places.map(place => packages.find(name, place)).find(found => found !== undefined);
}

function nameOf({ name, version }: InstalledPackage): string {
  return `${name} ${version}`;
}
