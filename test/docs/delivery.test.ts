import assert from 'node:assert/strict';
import * as limits from '../../src/protocol/limits.js';
import { FakeSentry } from '../support/fake-sentry.js';
import { ApplicationFolder } from './support/application-folder.js';
import { LIMITS } from './support/constants.js';
import { codeIn, column, MarkdownFile, onlyCode } from './support/documents.js';
import { RunningApplication } from './support/running-application.js';
import { source, SOURCE_FILES, stringsIn, stringsOf } from './support/source-text.js';

const DOCUMENT = new MarkdownFile('docs/delivery.md');
const README = new MarkdownFile('README.md');
const LIMITS_FILE = 'protocol/limits.ts';
const TIMEOUT_MILLIS = 30_000;

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('docs/delivery.md', () => {
  describe('what is counted as lost', () => {
    const table = DOCUMENT.table('What is counted as lost');
    const prose = DOCUMENT.section('What is counted as lost').lines;
    const used = column(table, 'reason').map(onlyCode);
    const unused = codeIn(prose.find(line => line.startsWith('Reasons Sentry knows')) ?? '');

    it('has every reason, and no other', () => {
      assert.deepEqual([...used, ...unused].sort(), unionOf('DropReason').sort());
    });

    it('knows which reasons have a use', () => {
      const others = SOURCE_FILES.filter(({ path }) => path !== 'protocol/loss-counter.ts');
      const written = new Set(others.flatMap(({ code }) => stringsIn(code)));
      assert.deepEqual(
        used.filter(reason => !written.has(reason)),
        [],
      );
      assert.deepEqual(
        unused.filter(reason => written.has(reason)),
        [],
      );
    });

    it('has categories Sentry knows', () => {
      const categories = new Set(unionOf('DataCategory'));
      const documented = column(table, 'categories').flatMap(cell => cell.split(', '));
      assert.deepEqual(
        documented.filter(category => !categories.has(category)),
        [],
      );
    });
  });

  it('has the errors after which a request is repeated', () => {
    const codes = codeIn(DOCUMENT.section('Retries').lines.join('\n')).filter(code =>
      /^E[A-Z_]+$/.test(code),
    );
    assert.deepEqual(codes, stringsOf('transport/network-error.ts', 'TRANSIENT_CODES'));
  });

  describe('limits', () => {
    const ofSentry = DOCUMENT.table('Limits of Sentry and of other standards');
    const own = DOCUMENT.table('Limits of the bridge');

    it('has every limit of the protocol with its value', () => {
      const documented = ofSentry.rows.map(([name, value]) => [onlyCode(name), Number(value)]);
      assert.deepEqual(Object.fromEntries(documented), { ...limits });
      assert.equal(documented.length, Object.keys(limits).length);
    });

    it('says which of them have no use', () => {
      const documented = ofSentry.rows
        .filter(([, , , more = '']) => more.startsWith('no use'))
        .map(([name]) => onlyCode(name));
      const users = SOURCE_FILES.filter(({ path }) => path !== LIMITS_FILE);
      const unused = Object.keys(limits).filter(name => {
        const inOwnFile = source(LIMITS_FILE).code.split(new RegExp(`\\b${name}\\b`)).length - 2;
        return inOwnFile === 0 && !users.some(({ code }) => new RegExp(`\\b${name}\\b`).test(code));
      });
      assert.deepEqual(documented.sort(), unused.sort());
    });

    it('has every other limit with its value', () => {
      const documented = own.rows.map(([name, value, file]) => ({
        path: onlyCode(file),
        name: onlyCode(name),
        value: Number(value),
      }));
      assert.deepEqual(
        documented,
        LIMITS.filter(({ path }) => path !== LIMITS_FILE),
      );
    });
  });

  describe('recipes', () => {
    let folder: ApplicationFolder;
    let sentry: FakeSentry;
    let running: RunningApplication | undefined;

    before(function () {
      this.timeout(TIMEOUT_MILLIS);
      folder = new ApplicationFolder();
      for (const { text } of README.blocks.filter(({ heading }) => heading === 'SDK 3.x')) {
        if (text.startsWith('// otel.mjs')) folder.write('otel.mjs', text);
      }
      for (const { text } of DOCUMENT.blocks) {
        const name = /^\/\/ ([\w-]+\.mjs)\n/.exec(text)?.[1];
        assert.ok(name !== undefined, text);
        folder.write(name, text);
      }
    });
    beforeEach(async () => {
      sentry = await FakeSentry.start();
    });
    afterEach(async () => {
      await running?.destroy();
      running = undefined;
      await sentry.close();
    });
    after(() => folder.remove());

    function start(command: string): RunningApplication {
      running = new RunningApplication(folder, command, { SENTRY_DSN: sentry.dsn });
      return running;
    }

    async function end(application: RunningApplication): Promise<void> {
      assert.equal(await application.ended(), 0, application.output);
      assert.deepEqual(sentry.violations, []);
    }

    it('stops a server without losing a request', async function () {
      this.timeout(TIMEOUT_MILLIS);
      const application = start('node --import ./otel.mjs server.mjs');
      await application.get('/');
      application.kill('SIGTERM');
      await end(application);
      assert.equal(sentry.accepted('transaction').length, 1);
    });

    it('ends a script without losing its work', async function () {
      this.timeout(TIMEOUT_MILLIS);
      await end(start('node --import ./otel.mjs script.mjs'));
      assert.equal(sentry.accepted('transaction').length, 1);
    });

    it('delivers before a Lambda handler returns', async function () {
      this.timeout(TIMEOUT_MILLIS);
      const event = { headers: { 'Sentry-Trace': `${TRACE_ID}-00f067aa0ba902b7-1` } };
      folder.write(
        'invoke.mjs',
        `import { handler } from './lambda.mjs';
         process.stdout.write(String((await handler(${JSON.stringify(event)})).statusCode));
         process.kill(process.pid, 'SIGKILL');`,
      );
      const application = start('node invoke.mjs');
      await application.ended();
      assert.equal(application.output, '200');
      const [transaction] = sentry.accepted('transaction');
      assert.ok(JSON.stringify(transaction).includes(TRACE_ID));
    });
  });
});

/** Members of a union of texts in the file of losses. */
function unionOf(name: string): string[] {
  const { code } = source('protocol/loss-counter.ts');
  return stringsIn(new RegExp(`type ${name} =([^;]*);`).exec(code)?.[1] ?? '');
}
