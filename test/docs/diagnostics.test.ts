import assert from 'node:assert/strict';
import { codeIn, column, MarkdownFile, onlyCode, type Table } from './support/documents.js';
import { GUARDED, LOG_LINES } from './support/log-lines.js';
import { membersOf, source } from './support/source-text.js';

const DOCUMENT = new MarkdownFile('docs/diagnostics.md');

describe('docs/diagnostics.md', () => {
  it('has every log line with its level, and no other', () => {
    const documented = DOCUMENT.table('Log lines').rows.map(
      ([level, text]) => `${level}: ${withHoles(onlyCode(text))}`,
    );
    const written = LOG_LINES.map(({ level, text }) => `${level}: ${text}`);
    assert.deepEqual(documented.sort(), [...new Set(written)].sort());
  });

  it('has every action that may fail, and no other', () => {
    const documented = DOCUMENT.table('Actions').rows.map(([action]) => withHoles(onlyCode(action)));
    assert.deepEqual(documented.sort(), [...GUARDED].sort());
  });

  it('has every field of a diagnosis, in order', () => {
    assert.deepEqual(fieldsOf(DOCUMENT.table('Diagnosis')), namesOf('diagnosis/diagnose.ts', 'Diagnosis'));
  });

  it('has every field of delivery, in order', () => {
    assert.deepEqual(
      fieldsOf(DOCUMENT.table('Delivery')),
      namesOf('transport/delivery-snapshot.ts', 'DeliverySnapshot'),
    );
  });

  it('has the kinds of outcomes', () => {
    const row = DOCUMENT.table('Delivery').rows.find(([field]) => field === '`lastOutcome`');
    const written = [...source('transport/transport.ts').code.matchAll(/readonly kind: '(\w+)'/g)];
    assert.deepEqual(
      codeIn(row?.[1] ?? ''),
      written.map(([, kind]) => kind),
    );
  });

  it('has every finding, and no other', () => {
    const documented = DOCUMENT.table('Findings').rows.map(([finding]) => withHoles(onlyCode(finding)));
    assert.deepEqual(documented.sort(), findings().sort());
  });
});

function withHoles(text: string): string {
  return text.replace(/<[^>]*>/g, '{}');
}

function fieldsOf(table: Table): string[] {
  return column(table, 'field').map(onlyCode);
}

function namesOf(path: string, interfaceName: string): string[] {
  return membersOf(path, interfaceName).map(({ name }) => name);
}

/** Texts of several words in the file that makes findings. */
function findings(): string[] {
  const { code } = source('diagnosis/findings.ts');
  const body = code.slice(code.indexOf('export function findingsOf'));
  return [...body.matchAll(/'(\w[^'\n]* [^'\n]*)'|`(\w[^`\n]* [^`\n]*)`/g)].map(([, plain, template]) =>
    (plain ?? template ?? '').replace(/\$\{[^}]*\}/g, '{}'),
  );
}
