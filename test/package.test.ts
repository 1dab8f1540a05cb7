import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SDK } from '../src/sdk-info.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Each of their folders may have packages of its own. */
const FIXTURES = [
  'test',
  'test/compat',
  'test/matrix/register',
  'test/interop-sentry-node',
  'examples',
  'examples/demo',
];

const manifest = readObject('package.json');

/** The project's lock file and those of fixtures and examples. */
const lockFiles = [
  'package-lock.json',
  ...FIXTURES.flatMap(folder =>
    readdirSync(join(ROOT, folder)).map(name => `${folder}/${name}/package-lock.json`),
  ),
].filter(path => existsSync(join(ROOT, path)));

describe('package.json', () => {
  it('has the name and version that events are sent with', () => {
    assert.deepEqual({ name: manifest['name'], version: manifest['version'] }, { ...SDK });
  });

  it('asks users for the OpenTelemetry API and for no SDK', () => {
    assert.deepEqual(manifest['peerDependencies'], { '@opentelemetry/api': '^1.9.0' });
    assert.equal(manifest['peerDependenciesMeta'], undefined);
    const installed = Object.keys(objectAt(manifest, 'dependencies'));
    assert.deepEqual(
      installed.filter(name => /^@(opentelemetry|sentry)\//.test(name)),
      [],
    );
  });

  it('takes the Node versions that load ES modules with require', () => {
    assert.deepEqual(manifest['engines'], { node: '^20.19.0 || >=22.12.0' });
  });

  it('publishes the build and what people read, and nothing else', () => {
    assert.deepEqual(manifest['files'], ['dist', 'README.md', 'CHANGELOG.md', 'LICENSE']);
    assert.ok(existsSync(join(ROOT, 'LICENSE')));
  });

  it('runs nothing on installation', () => {
    const scripts = Object.keys(objectAt(manifest, 'scripts'));
    assert.deepEqual(
      scripts.filter(name => /^(pre|post)?install$|^prepare$/.test(name)),
      [],
    );
  });

  it('serves those who know no exports map the CommonJS build', () => {
    const commonJs = objectAt(objectAt(objectAt(manifest, 'exports'), '.'), 'require');
    assert.deepEqual({ types: manifest['types'], default: manifest['main'] }, commonJs);
  });

  it('is an ES module without side effects', () => {
    assert.equal(manifest['type'], 'module');
    assert.deepEqual(manifest['sideEffects'], ['./dist/esm/register.js', './dist/cjs/register.js']);
  });

  for (const [name, entry] of Object.entries(objectAt(manifest, 'exports'))) {
    if (name === './package.json') continue;

    it(`exports ${name} as ES module and as CommonJS, types before code`, () => {
      assert.deepEqual(conditionsOf(entry), [
        'import.types',
        'import.default',
        'require.types',
        'require.default',
      ]);
    });

    it(`exports ${name} from what is built of an existing source`, () => {
      const isUnbuilt = (target: string) =>
        !/^\.\/dist\/(esm|cjs)\//.test(target) || !existsSync(join(ROOT, sourceOf(target)));
      assert.deepEqual(targetsOf(entry).filter(isUnbuilt), []);
    });
  }
});

describe('lock files', () => {
  it('are there for the project and for each fixture', () => {
    assert.ok(lockFiles.length > 1);
  });

  for (const path of lockFiles) {
    it(`name no registry and no place on a machine in ${path}`, () => {
      const lines = readFileSync(join(ROOT, path), 'utf8').split('\n');
      const isPlace = (line: string) => /"resolved":|"link":|:\/\/|file:|"\.{0,2}\//.test(line);
      // Where to send money is for people.
      assert.deepEqual(
        lines.filter(line => isPlace(line) && !/^\s*"url": /.test(line)),
        [],
      );
    });
  }
});

function readObject(path: string): Record<string, unknown> {
  return asObject(JSON.parse(readFileSync(join(ROOT, path), 'utf8')));
}

function objectAt(object: Record<string, unknown>, key: string): Record<string, unknown> {
  return object[key] === undefined ? {} : asObject(object[key]);
}

function asObject(value: unknown): Record<string, unknown> {
  assert.ok(typeof value === 'object' && value !== null);
  return { ...value };
}

/** Paths to the leaves, in the order in which they are tried. */
function conditionsOf(entry: unknown): string[] {
  if (typeof entry === 'string') return [];
  return Object.entries(asObject(entry)).flatMap(([condition, value]) =>
    typeof value === 'string' ? [condition] : conditionsOf(value).map(inner => `${condition}.${inner}`),
  );
}

function targetsOf(entry: unknown): string[] {
  return typeof entry === 'string' ? [entry] : Object.values(asObject(entry)).flatMap(targetsOf);
}

function sourceOf(target: string): string {
  return target.replace(/^\.\/dist\/(?:esm|cjs)\/(.+?)(?:\.d\.ts|\.js)$/, 'src/$1.ts');
}
