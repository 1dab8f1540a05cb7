import assert from 'node:assert/strict';
import { chooseSdk, type SdkChoice } from '../../../src/register/sdk/choose-sdk.js';
import { fakePackages, type FakePackage } from '../support/fake-packages.js';
import { SDK_2, SDK_3 } from '../support/fake-sdk.js';

const without = (sdk: Readonly<Record<string, FakePackage>>, name: string): Record<string, FakePackage> =>
  Object.fromEntries(Object.entries(sdk).filter(([key]) => key !== name));
const chosen = (choice: SdkChoice): string =>
  choice.kind === 'chosen' ? `${choice.sdk.package.name} ${choice.sdk.package.version}` : choice.kind;
const choose = (packages: Readonly<Record<string, FakePackage>>): SdkChoice =>
  chooseSdk(fakePackages(packages));

describe('chooseSdk', () => {
  it('takes the SDK of the 2.x line', () => {
    assert.equal(chosen(choose(SDK_2)), '@opentelemetry/sdk-trace-node 2.12.0');
  });

  it('takes the SDK of the 3.x line', () => {
    assert.equal(chosen(choose(SDK_3)), '@opentelemetry/sdk-trace 3.1.1');
  });

  it('takes sdk-trace of the 2.x line when there is nothing else', () => {
    const packages = {
      ...without(SDK_2, '@opentelemetry/sdk-trace-node'),
      '@opentelemetry/sdk-trace': { version: '2.12.1', exports: SDK_3['@opentelemetry/sdk-trace']?.exports },
    };
    assert.equal(chosen(choose(packages)), '@opentelemetry/sdk-trace 2.12.1');
  });

  it('takes the line the API is for when both are installed', () => {
    const both = { ...SDK_2, ...SDK_3 };
    assert.equal(chosen(choose(both)), '@opentelemetry/sdk-trace 3.1.1');
    const old = { ...both, '@opentelemetry/api': SDK_2['@opentelemetry/api'] ?? {} };
    assert.equal(chosen(choose(old)), '@opentelemetry/sdk-trace-node 2.12.0');
  });

  it('finds an SDK that only another package brought', () => {
    const name = '@opentelemetry/sdk-trace-node';
    const brought = { ...SDK_2[name], seenBy: ['@opentelemetry/sdk-node'] };
    assert.equal(chosen(choose({ ...SDK_2, [name]: brought })), 'missing');
    const packages = { ...SDK_2, [name]: brought, '@opentelemetry/sdk-node': {} };
    assert.equal(chosen(choose(packages)), '@opentelemetry/sdk-trace-node 2.12.0');
  });

  it('names nothing in particular when there is no SDK', () => {
    assert.deepEqual(choose({}), { kind: 'missing', packages: [] });
  });

  it('names what is missing beside an SDK', () => {
    const name = '@opentelemetry/context-async-hooks';
    assert.deepEqual(choose(without(SDK_2, name)), { kind: 'missing', packages: [name], line: 2 });
    assert.deepEqual(choose(without(SDK_3, name)), { kind: 'missing', packages: [name], line: 3 });
    assert.deepEqual(choose(without(SDK_2, '@opentelemetry/api')), {
      kind: 'missing',
      packages: ['@opentelemetry/api'],
      line: 2,
    });
  });

  const unusable: readonly [what: string, packages: Record<string, FakePackage>, reason: RegExp][] = [
    [
      'of the 1.x line',
      { '@opentelemetry/sdk-trace-node': { version: '1.30.1' } },
      /1\.30\.1 is not supported/,
    ],
    [
      'that needs a newer API',
      { ...SDK_3, '@opentelemetry/api': SDK_2['@opentelemetry/api'] ?? {} },
      /3\.1\.1 needs @opentelemetry\/api 1\.10, not 1\.9\.1/,
    ],
    [
      'without what it should export',
      { ...SDK_2, '@opentelemetry/sdk-trace-node': { version: '2.12.0', exports: {} } },
      /is not an SDK as expected/,
    ],
  ];
  for (const [what, packages, reason] of unusable) {
    it(`refuses an SDK ${what}`, () => {
      const choice = choose(packages);
      assert.match(choice.kind === 'unusable' ? choice.reason : choice.kind, reason);
    });
  }
});
