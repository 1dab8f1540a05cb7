import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeIn, column, MarkdownFile, onlyCode, ROOT } from './support/documents.js';

const DOCUMENT = new MarkdownFile('docs/compatibility.md');
const SETS = 'test/compat';
const REGISTER = 'test/matrix/register';
const API = '@opentelemetry/api';
/** Comes with what else is in the SDK. */
const CONTEXT_MANAGER = '@opentelemetry/context-async-hooks';
const LINKED = 'test/interop-sentry-node';

describe('docs/compatibility.md', () => {
  it('has the versions of Node.js that the package asks for, the oldest of which are in the matrix', () => {
    const [range = ''] = codeIn(DOCUMENT.section('Node.js').lines.join('\n'));
    assert.deepEqual(manifestOf('.')['engines'], { node: range });
    const tried = DOCUMENT.table('The matrix').columns;
    const oldest = [...range.matchAll(/[\d.]+/g)].map(([version]) => `Node.js ${version}`);
    assert.deepEqual(
      oldest.filter(column => !tried.includes(column)),
      [],
    );
  });

  it('has the table that the matrix writes when everything passes', () => {
    const { status, stderr } = spawnSync(process.execPath, ['test/matrix/run.mjs', '--check'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
  });

  it('has every set of packages with its versions', () => {
    const table = DOCUMENT.table('OpenTelemetry');
    const sets = readdirSync(join(ROOT, SETS)).filter(name =>
      existsSync(join(ROOT, SETS, name, 'package.json')),
    );
    assert.deepEqual(column(table, 'set').map(onlyCode).sort(), sets.sort());
    for (const [name, api, sdk = '', typescript] of table.rows) {
      const installed = packagesOf(`${SETS}/${onlyCode(name)}`);
      const [sdkName = ''] = codeIn(sdk);
      assert.equal(installed[API], api);
      assert.equal(installed['typescript'], typescript);
      assert.ok(sdk.startsWith(`\`${sdkName}\` ${installed[sdkName]}`), sdk);
    }
  });

  it('has every set of packages for a start without code with its versions', () => {
    const table = DOCUMENT.table('Start without code');
    const sets = readdirSync(join(ROOT, REGISTER), { withFileTypes: true })
      .filter(entry => entry.isDirectory())
      .map(({ name }) => `register/${name}`);
    assert.deepEqual(column(table, 'set').map(onlyCode).sort(), sets.sort());
    for (const [set, api, ...others] of table.rows) {
      const {
        [API]: installedApi,
        [CONTEXT_MANAGER]: _,
        ...installed
      } = packagesOf(`test/matrix/${onlyCode(set)}`);
      assert.equal(installedApi, api);
      const documented = [...others.join(', ').matchAll(/`([^`]+)` ([\d.]+)/g)];
      assert.deepEqual(Object.fromEntries(documented.map(([, name, version]) => [name, version])), installed);
    }
  });

  it('has the versions of Sentry SDKs that are tested', () => {
    const versionsOf = (sdk: string): string[] => {
      const row = DOCUMENT.table('Sentry SDKs').rows.find(([name]) => name === sdk);
      return row?.[1]?.split(', ') ?? [];
    };
    const linked = readdirSync(join(ROOT, LINKED))
      .filter(name => name.startsWith('sentry-'))
      .map(name => packagesOf(`${LINKED}/${name}`)['@sentry/node'] ?? '');
    assert.deepEqual(versionsOf('`@sentry/node`, in the same process').sort(), linked.sort());
    const partners = packagesOf('test/interop-partners');
    assert.deepEqual(
      versionsOf('`@sentry/node`, in other processes').map(version => `npm:@sentry/node@${version}`),
      Object.values(partners).filter(version => version.startsWith('npm:@sentry/node@')),
    );
    const page = packagesOf('examples/browser-page');
    assert.deepEqual(versionsOf('`@sentry/browser`'), [page['@sentry/browser']]);
    assert.equal(partners['@sentry/browser'], page['@sentry/browser']);
    const before = packagesOf('examples/migrating-from-sentry-opentelemetry-10');
    assert.deepEqual(versionsOf('`@sentry/opentelemetry`'), [before['@sentry/opentelemetry']]);
  });

  it('names commands that can be run', () => {
    const scripts = Object.keys(Object(manifestOf('.')['scripts']));
    for (const code of codeIn(DOCUMENT.prose)) {
      const [, script] = /^npm run (\S+)$/.exec(code) ?? [];
      const [, file] = /^(?:node|npx mocha) (\S+)$/.exec(code) ?? [];
      if (script !== undefined) assert.ok(scripts.includes(script), code);
      if (file !== undefined) assert.ok(existsSync(join(ROOT, file)), code);
    }
  });
});

function manifestOf(folder: string): Record<string, unknown> {
  return { ...Object(JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'))) };
}

/** Everything a folder installs, with its versions. */
function packagesOf(folder: string): Record<string, string> {
  const { dependencies, devDependencies } = manifestOf(folder);
  return { ...Object(dependencies), ...Object(devDependencies) };
}
