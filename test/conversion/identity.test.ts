import assert from 'node:assert/strict';
import { resolveIdentity } from '../../src/conversion/identity.js';

const release = (value: string) => resolveIdentity({ release: value }, {}).release;
const environment = (value: string) => resolveIdentity({ environment: value }, {}).environment;

describe('resolveIdentity', () => {
  it('is production and nothing else when nothing is known', () => {
    assert.deepEqual(resolveIdentity({}, {}), { environment: 'production' });
  });

  it('takes the settings first', () => {
    const settings = { release: 'r', environment: 'e', serverName: 's', fallbackRelease: 'f', hostname: 'h' };
    const resource = { 'service.version': '1', 'deployment.environment.name': 'staging', 'host.name': 'box' };
    assert.deepEqual(resolveIdentity(settings, resource), {
      release: 'r',
      environment: 'e',
      serverName: 's',
    });
  });

  it('takes the resource next', () => {
    const resource = { 'service.version': '1', 'deployment.environment.name': 'staging', 'host.name': 'box' };
    assert.deepEqual(resolveIdentity({ fallbackRelease: 'f', hostname: 'h' }, resource), {
      release: '1',
      environment: 'staging',
      serverName: 'box',
    });
  });

  it('takes the commit and the host name last', () => {
    assert.deepEqual(resolveIdentity({ fallbackRelease: 'f', hostname: 'h' }, {}), {
      release: 'f',
      environment: 'production',
      serverName: 'h',
    });
  });

  it('prefers sentry.release to service.version', () => {
    assert.equal(resolveIdentity({}, { 'service.version': '1', 'sentry.release': 'app@1' }).release, 'app@1');
  });

  it('knows the old name of the environment', () => {
    assert.equal(resolveIdentity({}, { 'deployment.environment': 'qa' }).environment, 'qa');
    const both = { 'deployment.environment': 'qa', 'deployment.environment.name': 'stable' };
    assert.equal(resolveIdentity({}, both).environment, 'stable');
  });

  it('ignores resource attributes that are no text', () => {
    const resource = { 'service.version': 1, 'deployment.environment.name': true, 'host.name': ['a', 'b'] };
    assert.deepEqual(resolveIdentity({}, resource), { environment: 'production' });
  });

  describe('release', () => {
    for (const value of ['app@1.2.3', '1.0.0-beta+5', 'a b', 'r'.repeat(200)]) {
      it(`may be "${value.slice(0, 20)}"`, () => assert.equal(release(value), value));
    }

    it('is trimmed', () => assert.equal(release('  1.2 \n'), '1.2'));

    for (const value of [
      '',
      ' ',
      '.',
      '..',
      'latest',
      'LATEST',
      'feature/x',
      'a\\b',
      'a\nb',
      'a\tb',
      'r'.repeat(201),
    ]) {
      it(`is not ${JSON.stringify(value.slice(0, 20))}`, () => assert.equal(release(value), undefined));
    }

    it('is the next one when one is not valid', () => {
      assert.equal(
        resolveIdentity({ release: 'a/b', fallbackRelease: 'f' }, { 'service.version': 'latest' }).release,
        'f',
      );
    });
  });

  describe('environment', () => {
    it('is trimmed', () => assert.equal(environment(' qa '), 'qa'));

    for (const value of ['', 'a/b', 'a\nb', 'a\rb', 'None', 'none', 'e'.repeat(65)]) {
      it(`is not ${JSON.stringify(value.slice(0, 20))}`, () =>
        assert.equal(environment(value), 'production'));
    }

    it('may have 64 characters', () => assert.equal(environment('e'.repeat(64)), 'e'.repeat(64)));
  });

  it('keeps secrets to itself that were set for a release or an environment', () => {
    const resource = { 'service.version': '?token=s3cr3t', 'deployment.environment.name': '?token=s3cr3t' };
    const identity = resolveIdentity({}, resource);
    assert.equal(identity.release, '?token=[Filtered]');
    assert.equal(identity.environment, '?token=[Filtered]');
  });

  it('keeps to itself who is calling', () => {
    const told = '?x-real-ip=1.2.3.4';
    const identity = resolveIdentity({ release: told, environment: told, serverName: told }, {});
    assert.deepEqual(Object.values(identity), Array(3).fill('?x-real-ip=[Filtered]'));
  });

  it('trims a server name, and passes over one of blanks', () => {
    assert.equal(resolveIdentity({ serverName: ' host-1 ' }, {}).serverName, 'host-1');
    assert.equal(resolveIdentity({ serverName: ' ', hostname: 'host-2' }, {}).serverName, 'host-2');
  });

  it('cuts a server name to what Sentry takes', () => {
    assert.equal(resolveIdentity({ serverName: 's'.repeat(300) }, {}).serverName, 's'.repeat(256));
  });
});
