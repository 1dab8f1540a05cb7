import assert from 'node:assert/strict';
import { addAlias, aliasOf } from '../../src/conversion/aliases.js';
import { describeSpan } from '../../src/conversion/operation.js';
import { spanOrigin } from '../../src/conversion/origin.js';
import { resourceContexts } from '../../src/conversion/resource-contexts.js';
import { describeFrameworkLayer } from '../../src/conversion/semantics/framework-layers.js';
import { describeMessaging } from '../../src/conversion/semantics/messaging.js';
import { spanStatus } from '../../src/conversion/status.js';
import { MAX_ATTRIBUTE_VALUE_CHARS } from '../../src/protocol/limits.js';
import type { JsonObject } from '../../src/protocol/transaction.js';
import { codeIn, column, MarkdownFile, onlyCode, type Table } from './support/documents.js';
import { initializer, membersOf, rowsOf, source, stringsIn, stringsOf } from './support/source-text.js';

const DOCUMENT = new MarkdownFile('docs/mapping.md');

const KINDS: Readonly<Record<string, number>> = {
  internal: 0,
  server: 1,
  client: 2,
  producer: 3,
  consumer: 4,
};

const UNSET = { code: 0 };

describe('docs/mapping.md', () => {
  describe('operation, description, source', () => {
    const families = DOCUMENT.table('Operation, description, source');

    it('has the families of the source in their order, with attributes their code knows', () => {
      const files = stringsOfImports('conversion/operation.ts', familyNames());
      assert.equal(families.rows.length, files.length);
      for (const [index, file] of files.entries()) {
        // HTTP reads its attributes in a file of its own.
        const code = source(file).code + source('conversion/semantics/http-attributes.ts').code;
        const unknown = codeIn(column(families, 'recognised by')[index] ?? '').filter(
          name => !code.includes(`'${name}'`),
        );
        assert.deepEqual(unknown, [], file);
      }
    });

    it('has sources Sentry knows', () => {
      const sources = new Set(stringsOf('conversion/operation.ts', 'SOURCES'));
      const documented = column(families, 'source').flatMap(codeIn);
      assert.deepEqual(
        documented.filter(name => !sources.has(name)),
        [],
      );
      const prose = DOCUMENT.section('Operation, description, source').lines.find(line =>
        line.includes('is the source:'),
      );
      assert.deepEqual(new Set(codeIn(prose?.split('is the source:')[1]?.split('. With')[0] ?? '')), sources);
    });

    const examples = DOCUMENT.table('Examples');
    for (const [
      kind = '',
      name = '',
      attributes = '',
      op = '',
      description = '',
      from = '',
    ] of examples.rows) {
      it(`has an example that holds: ${kind} ${name} ${attributes}`, () => {
        const kindNumber = KINDS[kind];
        assert.ok(kindNumber !== undefined, kind);
        const described = describeSpan({
          name: onlyCode(name),
          kind: kindNumber,
          attributes: asAttributes(JSON.parse(onlyCode(attributes))),
        });
        assert.deepEqual(described, {
          ...(op !== 'none' && { op: onlyCode(op) }),
          description: onlyCode(description),
          source: onlyCode(from),
        });
      });
    }

    it('has the types of framework layers', () => {
      const table = pairs(DOCUMENT.table('Framework layers'));
      assert.deepEqual(table, rowsOf('conversion/semantics/framework-layers.ts', 'LAYERS'));
      for (const [type = '', op] of table) {
        const layer = describeFrameworkLayer({ name: '', kind: 0, attributes: { 'express.type': type } });
        assert.equal(layer?.op, op, type);
      }
      const recognised = codeIn(column(families, 'recognised by')[1] ?? '');
      assert.deepEqual(recognised, stringsOf('conversion/semantics/framework-layers.ts', 'LAYER_ATTRIBUTES'));
    });

    it('has the operations of queues', () => {
      const table = pairs(DOCUMENT.table('Queue operations'));
      assert.deepEqual(table, rowsOf('conversion/semantics/messaging.ts', 'OPS'));
      for (const [type = '', op] of table) {
        const attributes = { 'messaging.system': 'kafka', 'messaging.operation.type': type };
        assert.equal(describeMessaging({ name: '', kind: 0, attributes })?.op, op, type);
      }
      const intro = DOCUMENT.section('Queue operations').lines.join('\n');
      const named = codeIn(intro).filter(name => name.startsWith('messaging.'));
      assert.deepEqual(named, stringsOf('conversion/semantics/messaging.ts', 'OPERATION_ATTRIBUTES'));
    });
  });

  describe('status', () => {
    it('has the status of every HTTP code, the first row counting', () => {
      const ranges = DOCUMENT.table('HTTP status codes').rows.map(([codes = '', status]) => {
        const [from = '', to = from] = codes.split('–');
        return { from: Number(from), to: Number(to), status: onlyCode(status) };
      });
      for (let code = 100; code < 600; code++) {
        const found = ranges.find(({ from, to }) => code >= from && code <= to);
        const attributes = { 'http.response.status_code': code };
        assert.equal(spanStatus({ status: UNSET, attributes }), found?.status, String(code));
      }
    });

    it('has the status of every gRPC code', () => {
      const table = DOCUMENT.table('gRPC codes').rows;
      assert.deepEqual(
        table.map(([, status]) => onlyCode(status)),
        stringsOf('conversion/status.ts', 'GRPC_STATUSES'),
      );
      for (const [code, status] of table) {
        const attributes = { 'rpc.response.status_code': Number(code) };
        assert.equal(spanStatus({ status: UNSET, attributes }), onlyCode(status), code);
      }
      const beyond = { status: UNSET, attributes: { 'rpc.response.status_code': table.length } };
      assert.equal(spanStatus(beyond), 'unknown_error');
    });
  });

  describe('data', () => {
    const aliases = DOCUMENT.table('Aliases');

    it('has every alias of the source', () => {
      const written = [
        ...initializer('conversion/aliases.ts', 'ALIASES').matchAll(
          /\['([^']+)', \{ name: '([^']+)'(?:, side: '(\w+)')? \}\]/g,
        ),
      ].map(([, name, successor, side]) => [name, successor, side === undefined ? 'all' : `${side}s`]);
      assert.deepEqual(
        aliases.rows.map(([name, successor, on]) => [onlyCode(name), onlyCode(successor), on]),
        written,
      );
      assert.ok(written.length > 0);
    });

    for (const [name, successor, on] of aliases.rows) {
      it(`writes ${name} as ${successor} on ${on}`, () => {
        for (const [side, kind] of [
          ['clients', KINDS['client']],
          ['servers', KINDS['server']],
        ] as const) {
          const data: JsonObject = {};
          addAlias(data, successorOf(onlyCode(name)), 'value', { kind: kind ?? 0, attributes: {} });
          const isMeant = on === 'all' || on === side;
          assert.deepEqual(data, isMeant ? { [onlyCode(successor)]: 'value' } : {}, side);
        }
      });
    }

    it('says how long text may be', () => {
      const text = DOCUMENT.section('Data').lines.join('\n');
      assert.ok(text.includes(`Text longer than ${MAX_ATTRIBUTE_VALUE_CHARS} characters is cut`));
    });

    it('names the attributes that are instructions', () => {
      const instructions = stringsOf('conversion/data.ts', 'INSTRUCTIONS').filter(name => name.includes('.'));
      const line = DOCUMENT.section('Data').lines.find(text => text.startsWith('Not sent as data'));
      const named = codeIn(line?.split('which are instructions')[0] ?? '');
      assert.deepEqual(named, instructions);
    });
  });

  describe('origin', () => {
    const table = DOCUMENT.table('Origin');

    it('has every instrumentation of the source', () => {
      const written = rowsOf('conversion/origin.ts', 'INSTRUMENTED').map(
        ([instrumentation, category, name]) => [instrumentation, `auto.${category}.otel.${name}`],
      );
      assert.deepEqual(pairs(table), written);
    });

    it('has the origins that are found', () => {
      for (const [instrumentation = '', origin] of pairs(table)) {
        const instrumentationScope = { name: `@opentelemetry/instrumentation-${instrumentation}` };
        assert.equal(spanOrigin({ attributes: {}, instrumentationScope }), origin);
      }
    });
  });

  describe('the event', () => {
    it('has every field of a transaction, except those every event has', () => {
      const documented = codeIn(column(DOCUMENT.table('The event'), 'field').join(' ')).map(
        field => field.split('.')[0],
      );
      const always = ['event_id', 'type', 'platform', 'start_timestamp', 'timestamp'];
      const fields = membersOf('protocol/transaction.ts', 'TransactionEvent').map(({ name }) => name);
      assert.deepEqual(new Set([...documented, ...always]), new Set(fields));
    });

    it('has the contexts that come from the resource', () => {
      const table = DOCUMENT.table('Contexts from the resource').rows.map(row => row.map(onlyCode));
      const text = initializer('conversion/resource-contexts.ts', 'FIELDS');
      const written = [...text.matchAll(/(\w+): \[([\s\S]*?)\n {2}\]/g)].flatMap(([, context, body = '']) =>
        [...body.matchAll(/\[([^[\]]*)\]/g)].map(([, row = '']) => [context, ...stringsIn(row)]),
      );
      assert.deepEqual(table, written);
      for (const [context = '', field = '', attribute = ''] of table) {
        const resource = { 'cloud.provider': 'value', [attribute]: 'value' };
        assert.equal(resourceContexts(resource, {})[context]?.[field], 'value', attribute);
      }
    });

    it('has the attributes a user is found in', () => {
      const text = initializer('conversion/user.ts', 'SOURCES');
      const written = [...text.matchAll(/\['(\w+)', \[([^\]]*)\]\]/g)].map(([, field, names = '']) => [
        field,
        ...stringsIn(names),
      ]);
      const details = ['data', ...stringsOf('conversion/user.ts', 'DETAILS')];
      const table = DOCUMENT.table('User').rows.map(([field, names = '']) => [
        onlyCode(field),
        ...codeIn(names),
      ]);
      assert.deepEqual(table, [...written, details]);
    });
  });
});

function successorOf(name: string) {
  const alias = aliasOf(name);
  assert.ok(alias, `${name} has no successor`);
  return alias;
}

function familyNames(): string[] {
  return [...initializer('conversion/operation.ts', 'FAMILIES').matchAll(/\bdescribe[A-Z]\w+/g)].map(
    ([name]) => name,
  );
}

/** The files that functions are imported from, as paths from `src`. */
function stringsOfImports(path: string, names: readonly string[]): string[] {
  const { code } = source(path);
  return names.map(name => {
    const file = new RegExp(`import \\{[^}]*\\b${name}\\b[^}]*\\} from '\\./([^']+)\\.js'`).exec(code)?.[1];
    assert.ok(file !== undefined, name);
    return `conversion/${file}.ts`;
  });
}

/** Rows of two cells with code in each. */
function pairs(table: Table): string[][] {
  return table.rows.map(row => row.map(onlyCode));
}

function asAttributes(value: unknown): Record<string, unknown> {
  assert.ok(typeof value === 'object' && value !== null);
  return { ...value };
}
