import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createPackages } from '../../../src/register/packages/find-packages.js';
import { ownLocation, topmostFile } from '../../../src/register/packages/own-location.js';
import { searchPlaces } from '../../../src/register/packages/search-places.js';
import { isAtLeast, parseVersion } from '../../../src/register/packages/versions.js';

describe('createPackages', () => {
  let folder: string;
  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'packages-')));
    install('a', 'first', { main: 'build/index.js' }, '1.0.0');
    install('b', 'first', {}, '2.0.0');
    install('b', '@scope/second', { exports: { require: './build/index.js' } }, '3.0.0');
    install('b', 'import-only', { exports: { import: './build/index.js' } }, '1.0.0');
    install('a/node_modules/first', 'nested', {}, '4.0.0');
    install('b', 'nested', {}, '5.0.0');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function install(place: string, name: string, manifest: object, version: string): void {
    const path = join(folder, place, 'node_modules', name);
    for (const [file, text] of [
      ['package.json', JSON.stringify({ name, version, main: 'build/index.js', ...manifest })],
      ['build/package.json', '{ "type": "commonjs" }'],
      ['build/index.js', `exports.name = ${JSON.stringify(name)};`],
      ['other.js', ''],
    ] as const) {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      writeFileSync(join(path, file), text);
    }
  }

  const packages = (...places: string[]) => createPackages(places.map(place => join(folder, place, 'x.js')));

  it('finds a package with its version, whatever it lets others import', () => {
    assert.equal(packages('b').find('@scope/second')?.version, '3.0.0');
  });

  it('asks the places in order', () => {
    assert.equal(packages('a', 'b').find('first')?.version, '1.0.0');
    assert.equal(packages('b', 'a').find('first')?.version, '2.0.0');
    assert.equal(packages('a', 'b').find('@scope/second')?.version, '3.0.0');
  });

  it('takes the place of a package as a URL', () => {
    const place = pathToFileURL(join(folder, 'a/x.js')).href;
    assert.equal(createPackages([place]).find('first')?.version, '1.0.0');
  });

  it('prefers what another package sees', () => {
    const found = packages('a', 'b');
    const first = found.find('first');
    assert.ok(first !== undefined);
    assert.equal(found.find('nested')?.version, '5.0.0');
    assert.equal(found.find('nested', first)?.version, '4.0.0');
    assert.equal(found.find('@scope/second', first)?.version, '3.0.0');
    assert.equal(
      found.resolve('nested/other.js', first)?.endsWith('first/node_modules/nested/other.js'),
      true,
    );
    assert.equal(found.resolve('nested/missing.js', first), undefined);
  });

  it('finds nothing that is not there, or not for require', () => {
    assert.equal(packages('a').find('third'), undefined);
    assert.equal(packages('b').find('import-only'), undefined);
    assert.equal(createPackages([]).find('first'), undefined);
  });

  it('loads what it found', () => {
    const found = packages('a').find('first');
    assert.deepEqual(packages('a').load(found?.entry ?? ''), { name: 'first' });
  });
});

describe('searchPlaces', () => {
  const realpath = (path: string): string => {
    if (path === '/missing') throw new Error('ENOENT');
    return `/real${path}`;
  };

  it('looks from the working directory, the main script, then this package', () => {
    assert.deepEqual(searchPlaces({ cwd: '/app', main: '/bin/app', own: '/lib/own.js' }, realpath), [
      join('/app', 'index.js'),
      '/real/bin/app',
      '/lib/own.js',
    ]);
  });

  it('leaves out what is not known', () => {
    const expected = [join('/app', 'index.js')];
    assert.deepEqual(searchPlaces({ cwd: '/app', main: undefined, own: undefined }, realpath), expected);
    assert.deepEqual(searchPlaces({ cwd: '/app', main: '/missing', own: undefined }, realpath), expected);
  });
});

describe('own location', () => {
  const CASES: readonly [stack: string | undefined, location: string | undefined][] = [
    [
      'Error: here\n    at ownLocation (file:///a/b/own.js:3:9)\n    at file:///c.js:1:1',
      'file:///a/b/own.js',
    ],
    ['Error: here\n    at file:///C:/a%20b/own.js:3:9', 'file:///C:/a%20b/own.js'],
    ['Error: here\n    at native', undefined],
    ['', undefined],
  ];
  for (const [stack, location] of CASES) {
    it(`reads ${JSON.stringify(location)} from ${JSON.stringify(stack)}`, () => {
      assert.equal(topmostFile(stack), location);
    });
  }

  it('is that of this package', () => {
    assert.match(ownLocation() ?? '', /register\/packages\/own-location\.ts$/);
  });
});

describe('versions', () => {
  it('are compared by number', () => {
    assert.deepEqual(parseVersion('2.12.1-beta.3'), { major: 2, minor: 12 });
    for (const [version, expected] of [
      ['1.9.9', false],
      ['1.10.0', true],
      ['2.0.0', true],
      ['0.99.0', false],
      ['nonsense', false],
    ] as const) {
      assert.equal(isAtLeast(version, 1, 10), expected, version);
    }
  });
});
