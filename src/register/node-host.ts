import * as nodeModule from 'node:module';
import process from 'node:process';
import { isMainThread, parentPort } from 'node:worker_threads';
import { SDK } from '../sdk-info.js';
import type { Host } from './host.js';
import { ownLocation } from './packages/own-location.js';
import { createPackages } from './packages/find-packages.js';
import { searchPlaces } from './packages/search-places.js';

/** The process we are in. */
export function nodeHost(): Host {
  const own = ownLocation();
  const places = searchPlaces({ cwd: process.cwd(), main: process.argv[1], own });
  return {
    env: process.env,
    execArgv: process.execArgv,
    nodeVersion: process.versions.node,
    globals: globalThis,
    packages: createPackages(places),
    loaderHooks: nodeModule,
    signals: process,
    // Workers of the application have a port to their parent.
    isHooksThread: !isMainThread && parentPort === null,
    loadProfiling: () => own && nodeModule.createRequire(own)(`${SDK.name}/profiling`),
    print: line => void process.stderr.write(`${line}\n`),
  };
}
