import assert from 'node:assert/strict';
import { filterAttribute, type PrivacyPolicy } from '../../src/conversion/privacy/attribute-filter.js';
import { ruleOf } from '../../src/conversion/privacy/attribute-rules.js';
import { headerNameOf } from '../../src/conversion/privacy/header-filter.js';
import { isSensitiveCookie, isSensitiveKey } from '../../src/conversion/privacy/sensitive-keys.js';
import { nodeContexts } from '../../src/node-contexts.js';
import { headDsc } from '../../src/protocol/dynamic-sampling-context.js';
import { codeIn, column, MarkdownFile, onlyCode } from './support/documents.js';
import { membersOf, rowsOf, source, stringsOf } from './support/source-text.js';

const DOCUMENT = new MarkdownFile('docs/privacy.md');

/** Of a server span. */
const BY_DEFAULT: PrivacyPolicy = { allowsPii: false, isOutgoing: false };
const WITH_PII: PrivacyPolicy = { allowsPii: true, isOutgoing: false };

describe('docs/privacy.md', () => {
  it('has every part of transactions and errors, and no other', () => {
    const documented = column(DOCUMENT.table('What leaves'), 'part').flatMap(codeIn);
    const written = [
      ...membersOf('protocol/transaction.ts', 'TransactionEvent'),
      ...membersOf('protocol/error-event.ts', 'ErrorEvent'),
    ].map(({ name }) => name);
    assert.deepEqual(documented.sort(), [...new Set(written)].sort());
  });

  it('has what is known of machine and process, and nothing else', () => {
    const documented = DOCUMENT.table('Facts about machine and process').rows.map(
      ([context, fields = '']) => [onlyCode(context), codeIn(fields)] as const,
    );
    const contexts = nodeContexts();
    assert.deepEqual(
      documented.map(([context]) => context),
      Object.keys(contexts),
    );
    const { code } = source('node-contexts.ts');
    for (const [context, fields] of documented) {
      const known = Object.keys(contexts[context] ?? {});
      assert.deepEqual(
        known.filter(field => !fields.includes(field)),
        [],
      );
      // Some are only known on other machines.
      for (const field of fields) assert.match(code, new RegExp(`\\b${field}\\b`));
    }
  });

  it('has examples that hold', () => {
    for (const [attribute, recorded, sent = '', withPii = ''] of DOCUMENT.table('Examples').rows) {
      const name = onlyCode(attribute);
      const value: unknown = JSON.parse(onlyCode(recorded));
      const byDefault = exampleOf(sent);
      const expected = withPii === 'the same' ? byDefault : exampleOf(withPii);
      assert.deepEqual(filterAttribute(name, value, BY_DEFAULT), byDefault, name);
      assert.deepEqual(filterAttribute(name, value, WITH_PII), expected, name);
    }
  });

  it('has an example of every rule', () => {
    const shown = column(DOCUMENT.table('Examples'), 'attribute').map(cell => ruleOf(onlyCode(cell)));
    const type = /type AttributeRule =([^;]*);/.exec(source('conversion/privacy/attribute-rules.ts').code);
    const rules = [...(type?.[1] ?? '').matchAll(/'(\w+)'/g)].map(([, rule]) => rule);
    assert.deepEqual(new Set(rules), new Set(shown.filter(rule => rule !== undefined)));
  });

  it('has what requests tell others, and nothing else', () => {
    const line = DOCUMENT.section('Other places').lines.find(text => text.includes('tell whoever gets them'));
    const told = headDsc({
      traceId: 'a',
      publicKey: 'b',
      orgId: '1',
      environment: 'c',
      release: 'd',
      transaction: 'e',
      sampled: true,
      sampleRand: '0.5',
      sampleRate: 1,
    });
    const documented = codeIn(line?.split('tell whoever gets them')[1]?.split('. Who gets')[0] ?? '');
    assert.deepEqual(documented.sort(), Object.keys(told).sort());
  });

  describe('secret-looking names', () => {
    const names = DOCUMENT.table('Secret-looking names');
    const [always = [], identifying = [], cookies = []] = column(names, 'names that contain').map(codeIn);
    const prose = DOCUMENT.section('Secret-looking names').lines.join('\n');

    it('has the names whose values are secret', () => {
      const keys = 'conversion/privacy/sensitive-keys.ts';
      assert.deepEqual(always, stringsOf(keys, 'SECRET_PARTS'));
      assert.deepEqual(identifying, stringsOf(keys, 'IDENTIFYING_PARTS'));
      assert.deepEqual(cookies, stringsOf(keys, 'COOKIE_PARTS'));
      const signatures = codeIn(/exactly (.*) are secret/.exec(prose)?.[1] ?? '');
      assert.deepEqual(signatures, stringsOf(keys, 'SIGNATURES'));
      for (const name of [...always, ...signatures]) assert.ok(isSensitiveKey(name, true), name);
      for (const name of identifying) {
        assert.deepEqual([isSensitiveKey(name, false), isSensitiveKey(name, true)], [true, false], name);
      }
      for (const name of cookies) assert.ok(isSensitiveCookie(name, true), name);
    });

    it('has the attributes that are headers', () => {
      const prefixes = codeIn(/Headers are attributes that begin with (.*)\./.exec(prose)?.[1] ?? '');
      assert.deepEqual(prefixes, stringsOf('conversion/privacy/header-filter.ts', 'HEADER_PREFIXES'));
      for (const prefix of prefixes) assert.equal(headerNameOf(`${prefix}x`), 'x', prefix);
    });

    it('has the attributes with a rule', () => {
      const table = DOCUMENT.table('Attributes with a rule');
      const documented = table.rows.map(([attribute, rule]) => [onlyCode(attribute), rule]);
      assert.deepEqual(documented, rowsOf('conversion/privacy/attribute-rules.ts', 'RULES'));
      for (const [attribute = '', rule] of documented) assert.equal(ruleOf(attribute), rule, attribute);
      assert.equal(ruleOf('user.id'), 'personal');
      assert.equal(ruleOf('db.query.parameter.0'), 'never');
    });
  });
});

/** What a cell says is sent. */
function exampleOf(cell: string): unknown {
  return cell === 'nothing' ? undefined : JSON.parse(onlyCode(cell));
}
