import assert from 'node:assert/strict';
import { FakeSentry } from '../../support/fake-sentry.js';
import { EXAMPLE_TIMEOUT_MILLIS, InstalledExample } from './installed-example.js';

const CASE_TIMEOUT_MILLIS = 60_000;

/** To be called in hooks and cases. */
export interface ExampleUnderTest {
  readonly example: () => InstalledExample;
  /** A new one for each case. */
  readonly sentry: () => FakeSentry;
}

/**
 * Installs an example once for all cases that `body` defines. What they send has to be what Sentry takes; SDKs of
 * Sentry have liberties of their own.
 */
export function describeExample(
  name: string,
  body: (underTest: ExampleUnderTest) => void,
  { hasOtherSdk = false } = {},
): void {
  describe(`examples/${name}`, function () {
    this.timeout(CASE_TIMEOUT_MILLIS);
    let example: InstalledExample | undefined;
    let sentry: FakeSentry | undefined;

    before(async function () {
      this.timeout(EXAMPLE_TIMEOUT_MILLIS);
      example = await InstalledExample.install(name);
    });
    after(() => example?.remove());
    beforeEach(async () => {
      sentry = await FakeSentry.start();
    });
    afterEach(async () => {
      await example?.endAll();
      await sentry?.close();
      if (!hasOtherSdk) assert.deepEqual(sentry?.violations, []);
    });

    body({ example: () => existing(example), sentry: () => existing(sentry) });
  });
}

function existing<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Error('not there yet');
  return thing;
}
