import type { TracerProvider } from '@opentelemetry/api';
import type { Environment } from '../../config/environment-variables.js';
import { describeError, log } from '../../otel/diagnostics.js';
import { createSelection, OPENTELEMETRY_NAMES, OTHER_PACKAGES, SCOPE } from './instrumentation-names.js';
import { hasMethods, isClassWith, member } from '../packages/members.js';
import type { InstalledPackage, Packages } from '../packages/find-packages.js';

/** What all instrumentations of OpenTelemetry have. */
export interface Instrumentation {
  setTracerProvider(provider: TracerProvider): void;
  enable(): void;
  disable(): void;
}

const AUTO = '@opentelemetry/auto-instrumentations-node';
const METHODS = ['setTracerProvider', 'enable', 'disable'] as const;

/** Packages with instrumentations that are installed and wanted: the collection, if there is one, and single ones. */
export function findInstrumentationPackages(packages: Packages, env: Environment): InstalledPackage[] {
  const auto = packages.find(AUTO);
  // The collection has its own single ones beside it, some of which it leaves out on purpose.
  const single = auto === undefined ? OPENTELEMETRY_NAMES.map(name => SCOPE + name) : [];
  const names = [...single, ...OTHER_PACKAGES].filter(createSelection(env));
  const found = names.map(name => packages.find(name));
  return [auto, ...found].filter(candidate => candidate !== undefined);
}

/** Starts what a package has to offer; one that fails is reported and left out. */
export function startInstrumentations(
  packages: Packages,
  found: readonly InstalledPackage[],
  provider: TracerProvider,
): Instrumentation[] {
  return found.flatMap(({ name, entry }) => {
    try {
      const started = create(name, packages.load(entry));
      for (const instrumentation of started) instrumentation.setTracerProvider(provider);
      return started;
    } catch (error) {
      log.warn(`${name} cannot be used: ${describeError(error)}`);
      return [];
    }
  });
}

function create(name: string, exported: unknown): Instrumentation[] {
  if (name === AUTO) {
    // It reads the variables that choose among them itself.
    const createAll = member(exported, 'getNodeAutoInstrumentations');
    const all: unknown = typeof createAll === 'function' ? Reflect.apply(createAll, exported, []) : [];
    return Array.isArray(all) ? all.filter(isInstrumentation) : [];
  }
  const Instrumentation = Object.values(Object(exported)).find(isInstrumentationClass);
  return Instrumentation === undefined ? [] : [new Instrumentation()];
}

function isInstrumentation(value: unknown): value is Instrumentation {
  return hasMethods(value, METHODS);
}

function isInstrumentationClass(value: unknown): value is new () => Instrumentation {
  return isClassWith<Instrumentation>(value, METHODS);
}
