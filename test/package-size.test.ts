import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPackage } from './support/build-package.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TIMEOUT_MILLIS = 60_000;
const MAX_BYTES = 400_000;
/** The package itself and `@opentelemetry/api`. */
const NEEDED = 2;
const MAX_PACKAGES = 8;

describe('the published package', function () {
  this.timeout(TIMEOUT_MILLIS);
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'otel-sentry-bridge-size-'));
    buildPackage(folder);
    for (const name of ['README.md', 'CHANGELOG.md', 'LICENSE']) cpSync(join(ROOT, name), join(folder, name));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function files(): string[] {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path =>
      statSync(join(folder, path)).isFile(),
    );
  }

  it(`has less than ${MAX_BYTES} bytes`, () => {
    const bytes = files().reduce((sum, path) => sum + statSync(join(folder, path)).size, 0);
    assert.ok(bytes < MAX_BYTES, `${bytes} bytes`);
  });

  it('has the code once: its ES modules only pass it on', () => {
    const code = files().filter(path => /^dist.esm.*\.js$/.test(path));
    assert.equal(code.length, 4);
    for (const path of code) assert.ok(statSync(join(folder, path)).size < 2000, path);
  });

  it('keeps the names of functions, for stack traces', () => {
    const code = files()
      .filter(path => /^dist.cjs.*\.js$/.test(path))
      .map(path => readFileSync(join(folder, path), 'utf8'))
      .join('\n');
    for (const name of ['class SentrySpanProcessor', 'function createSentryBridge(', 'function withSpan(']) {
      assert.ok(code.includes(name), name);
    }
  });

  it(`is installed with at most ${MAX_PACKAGES} packages`, () => {
    assert.ok(installed().size + NEEDED <= MAX_PACKAGES, [...installed()].join(', '));
  });

  it('has the size and the company that the README says', () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    assert.equal(MAX_BYTES, 1000 * Number(/less than (\d+) KB/.exec(readme)?.[1]));
    const words = ['no', 'one', 'two', 'three', 'four', 'five', 'six'];
    assert.ok(readme.includes(`brings ${words[installed().size]} others`), [...installed()].join(', '));
  });
});

/** What package managers install for the dependencies, and for those of these. */
function installed(): ReadonlySet<string> {
  const found = new Set<string>();
  const pending = [ROOT];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    for (const name of dependenciesOf(manifest)) {
      if (found.has(name)) continue;
      found.add(name);
      pending.push(folderOf(name, folder));
    }
  }
  return found;
}

function dependenciesOf(manifest: unknown): string[] {
  const isObject = (value: unknown) => typeof value === 'object' && value !== null;
  if (!isObject(manifest) || !('dependencies' in manifest) || !isObject(manifest.dependencies)) return [];
  return Object.keys(manifest.dependencies);
}

function folderOf(name: string, from: string): string {
  const folders = createRequire(join(from, 'package.json')).resolve.paths(name) ?? [];
  const found = folders
    .map(folder => join(folder, name))
    .find(folder => statSync(folder, { throwIfNoEntry: false }));
  assert.ok(found !== undefined, name);
  return found;
}
