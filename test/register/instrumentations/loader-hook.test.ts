import assert from 'node:assert/strict';
import {
  registerLoaderHook,
  type LoaderHook,
  type LoaderHooks,
} from '../../../src/register/instrumentations/loader-hook.js';
import { RecordedLog } from '../../support/recorded-log.js';
import { fakePackages, installed } from '../support/fake-packages.js';

const INSTRUMENTATION = '@opentelemetry/instrumentation';
const HOOK = `${INSTRUMENTATION}/hook.mjs`;
const SYNC = 'import-in-the-middle/register-hooks.mjs';
const USERS = [installed('@opentelemetry/instrumentation-http')];

describe('registerLoaderHook', () => {
  let registered: string[];
  let log: RecordedLog;
  beforeEach(() => {
    registered = [];
    log = new RecordedLog();
  });
  afterEach(() => log.stop());

  const NEW_NODE: LoaderHooks = {
    register: url => registered.push(url),
    registerHooks: () => undefined,
  };
  const OLD_NODE: LoaderHooks = { register: url => registered.push(url) };
  const syncHooks = (isSupported: boolean) => ({
    supportsSyncHooks: () => isSupported,
    register: () => registered.push('sync'),
  });
  const run = (
    loaderHooks: LoaderHooks,
    files: Readonly<Record<string, unknown>>,
    { execArgv = [], NODE_OPTIONS = '', users = USERS }: Partial<Started> = {},
  ): LoaderHook => {
    const packages = fakePackages({ [INSTRUMENTATION]: {} }, files);
    return registerLoaderHook({ packages, loaderHooks, execArgv, env: { NODE_OPTIONS } }, users);
  };

  it('registers in the thread of the application where Node and the hook can', () => {
    assert.equal(run(NEW_NODE, { [SYNC]: syncHooks(true), [HOOK]: {} }), 'registerHooks');
    assert.deepEqual(registered, ['sync']);
  });

  const FALLBACKS: readonly [when: string, hooks: () => LoaderHooks, sync: unknown][] = [
    ['Node has no such hooks', () => OLD_NODE, syncHooks(true)],
    ['the hook knows them not to work', () => NEW_NODE, syncHooks(false)],
    ['the hook is too old', () => NEW_NODE, undefined],
    ['the hook is something else', () => NEW_NODE, {}],
  ];
  for (const [when, hooks, sync] of FALLBACKS) {
    it(`registers in a thread of its own when ${when}`, () => {
      const files = sync === undefined ? { [HOOK]: {} } : { [SYNC]: sync, [HOOK]: {} };
      assert.equal(run(hooks(), files), 'register');
      assert.deepEqual(registered, [`file:///${HOOK}`]);
      assert.deepEqual(log.lines, []);
    });
  }

  it('says when the better way fails, and takes the other', () => {
    assert.equal(run(NEW_NODE, { [SYNC]: new Error('broken'), [HOOK]: {} }), 'register');
    assert.match(log.lines.join(), /^warn: .*register-hooks\.mjs cannot be used: Error: broken$/);
  });

  it('registers nothing when there is nothing to register', () => {
    assert.equal(run(NEW_NODE, {}), 'none');
    assert.equal(run({}, { [HOOK]: {} }), 'none');
    assert.equal(run(NEW_NODE, { [SYNC]: syncHooks(true) }, { users: [] }), 'none');
    assert.deepEqual(registered, []);
  });

  for (const started of [
    { execArgv: [`--experimental-loader=${HOOK}`] },
    { execArgv: ['--loader', './node_modules/import-in-the-middle/hook.mjs'] },
    { NODE_OPTIONS: `--no-warnings --experimental-loader=${HOOK}` },
  ]) {
    it(`leaves it at the hook of ${JSON.stringify(started)}`, () => {
      assert.equal(run(NEW_NODE, { [SYNC]: syncHooks(true) }, started), 'flag');
      assert.deepEqual(registered, []);
    });
  }
});

interface Started {
  readonly execArgv: readonly string[];
  readonly NODE_OPTIONS: string;
  readonly users: typeof USERS;
}
