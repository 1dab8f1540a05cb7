import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FakeSentry } from '../support/fake-sentry.js';
import { ApplicationFolder } from './support/application-folder.js';
import { codeIn, column, MarkdownFile, onlyCode, ROOT } from './support/documents.js';
import { RunningApplication } from './support/running-application.js';
import { initializer, membersOf, source, SOURCE_FILES, stringsOf } from './support/source-text.js';

const TIMEOUT_MILLIS = 30_000;

const APPLICATION = `
import { createServer } from 'node:http';
createServer((request, response) => response.end('hello')).listen(process.env.PORT);
`;

const DOCUMENT = new MarkdownFile('docs/api.md');
const OTHERS = 'Other entry points';
const PACKAGE = 'otel-sentry-bridge';

describe('docs/api.md', () => {
  it('has everything the package exports, and nothing else', () => {
    const documented = DOCUMENT.tables
      .filter(({ heading }) => heading !== OTHERS)
      .flatMap(({ rows }) => rows.flatMap(([names = '']) => codeIn(names)));
    assert.deepEqual(documented.sort(), exportsOf('index.ts').sort());
  });

  it('has every entry point with its exports', () => {
    const documented = DOCUMENT.table(OTHERS).rows.map(([entry, exported = '']) => [
      onlyCode(entry),
      codeIn(exported).sort(),
    ]);
    const written = entryPoints().map(name => [
      name.replace('.', PACKAGE),
      exportsOf(`${name.slice(2)}.ts`).sort(),
    ]);
    assert.deepEqual(documented.sort(), written.sort());
  });
});

describe('docs/helpers.md', () => {
  const document = new MarkdownFile('docs/helpers.md');

  it('has the variables a trace comes and goes in', () => {
    const documented = column(document.table('Child processes and CI jobs'), 'variable').map(onlyCode);
    const written = stringsOf('helpers/environment-trace.ts', 'VARIABLES').filter(name =>
      /^[A-Z_]+$/.test(name),
    );
    assert.deepEqual(documented.sort(), written.sort());
  });

  it('has the options of spans', () => {
    const [options] = document.tables.filter(({ columns }) => columns[0] === 'option');
    assert.ok(options !== undefined);
    assert.deepEqual(
      column(options, 'option').map(onlyCode),
      membersOf('helpers/spans/span-options.ts', 'StartSpanOptions').map(({ name }) => name),
    );
  });

  it('has every function that is no part', () => {
    const text = document.text;
    const others = ['createSentryBridge', 'parseSentryTrace', 'parseSentryBaggage'];
    const functions = exportsOf('index.ts').filter(name => /^[a-z]/.test(name) && !others.includes(name));
    assert.deepEqual(
      functions.filter(name => !text.includes(`\`${name}`)),
      [],
    );
  });
});

describe('docs/zero-code.md', () => {
  const document = new MarkdownFile('docs/zero-code.md');

  it('has every variable that only this entry point reads', () => {
    const documented = document.table('Variables').rows.flatMap(([names = '']) => codeIn(names));
    const read = SOURCE_FILES.filter(({ path }) => path.startsWith('register')).flatMap(({ code }) =>
      [...code.matchAll(/\benv, '([A-Z][A-Z0-9_]+)'/g)].map(([, name = '']) => name),
    );
    const elsewhere = new MarkdownFile('docs/configuration.md')
      .table('Environment variables')
      .rows.flatMap(([name = '']) => codeIn(name));
    assert.deepEqual(documented.sort(), [...new Set(read)].filter(name => !elsewhere.includes(name)).sort());
  });

  it('has the values of variables', () => {
    const valuesOf = (variable: string) => {
      const row = document.table('Variables').rows.find(([name]) => name === `\`${variable}\``);
      return codeIn(row?.[1] ?? '');
    };
    assert.deepEqual(valuesOf('OTEL_LOG_LEVEL'), stringsOf('register/log-to-stderr.ts', 'LEVELS'));
    const propagators = initializer('register/sdk/propagator-from-env.ts', 'PROPAGATORS');
    const known = [...propagators.matchAll(/^ {2}(\w+): /gm)].map(([, name]) => name);
    assert.deepEqual(new Set(valuesOf('OTEL_PROPAGATORS')), new Set([...known, 'none']));
  });

  it('has every line that is printed', () => {
    const documented = column(document.table('What it says'), 'line').map(cell =>
      onlyCode(cell).replace(/<[^>]*>/g, '{}'),
    );
    const { code } = source('register/start.ts');
    const written = [...code.matchAll(/\bsay\(`([^`]*)`\)/g)].map(([, text = '']) =>
      text.replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '{}'),
    );
    const started = 'started {} with {}; …';
    assert.deepEqual(documented.sort(), [...new Set([...written, started])].sort());
    assert.ok(source('register/start-line.ts').code.includes('`started ${SDK.version} with ${sdk.name}'));
  });

  it('starts tracing with the command it names', async function () {
    this.timeout(TIMEOUT_MILLIS);
    const folder = new ApplicationFolder();
    const sentry = await FakeSentry.start();
    const [command = ''] = document.blocks.map(({ text }) => text);
    folder.write('app.mjs', APPLICATION);
    const running = new RunningApplication(folder, command, {
      SENTRY_DSN: sentry.dsn,
      SENTRY_TRACES_SAMPLE_RATE: '1',
    });
    try {
      await running.get('/');
      running.kill('SIGTERM');
      await running.ended();
      assert.equal(sentry.accepted('transaction').length, 1, running.output);
      assert.equal(running.output, '');
    } finally {
      await running.destroy();
      await sentry.close();
      folder.remove();
    }
  });

  it('names packages it looks for', () => {
    const { code } = source('register/instrumentations/instrumentation-names.ts');
    const section = document.section('What it needs').lines.join('\n');
    for (const name of stringsOf('register/instrumentations/instrumentation-names.ts', 'OTHER_PACKAGES')) {
      assert.ok(section.includes(name), name);
    }
    assert.ok(code.includes("'@opentelemetry/instrumentation-'"));
  });
});

/** Names of functions, classes and types that a file exports by name. */
function exportsOf(path: string): string[] {
  const { code } = source(path);
  return [...code.matchAll(/^export (?:type )?\{([^}]*)\} from/gm)].flatMap(([, names = '']) =>
    names
      .split(',')
      .map(name => name.trim())
      .filter(name => name !== ''),
  );
}

/** What can be imported besides the package itself. */
function entryPoints(): string[] {
  const manifest: unknown = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  assert.ok(typeof manifest === 'object' && manifest !== null && 'exports' in manifest);
  assert.ok(typeof manifest.exports === 'object' && manifest.exports !== null);
  return Object.keys(manifest.exports).filter(name => name !== '.' && name !== './package.json');
}
