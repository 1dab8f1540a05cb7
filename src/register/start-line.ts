import type { Diagnosis } from '../diagnosis/diagnose.js';
import { SDK } from '../sdk-info.js';
import type { LoaderHook } from './instrumentations/loader-hook.js';
import type { InstalledPackage } from './packages/find-packages.js';

export interface Started {
  readonly sdk: InstalledPackage;
  readonly instrumentations: number;
  readonly loaderHook: LoaderHook;
  readonly isContinuing: boolean;
  readonly diagnosis: Pick<Diagnosis, 'dsn' | 'findings'>;
}

/** One line that says what runs and what is likely to be wrong. Holds no secrets. */
export function startLine({ sdk, instrumentations, loaderHook, isContinuing, diagnosis }: Started): string {
  return [
    `started ${SDK.version} with ${sdk.name} ${sdk.version}`,
    `${instrumentations} instrumentation${instrumentations === 1 ? '' : 's'}`,
    `loader hook: ${loaderHook}`,
    ...(isContinuing ? ['continuing the trace of the environment'] : []),
    ...(diagnosis.dsn === undefined ? [] : [`sending to ${diagnosis.dsn}`]),
    ...diagnosis.findings,
  ].join('; ');
}
