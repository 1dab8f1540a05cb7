import assert from 'node:assert/strict';
import { codeIn, column, MarkdownFile } from './support/documents.js';

const README = new MarkdownFile('README.md');
const DOCUMENT = new MarkdownFile('docs/comparison.md');
const TABLE = README.table('Comparison');
const CONTENDERS = TABLE.columns.slice(1);

describe('the comparison', () => {
  const aspects = column(TABLE, '').map(
    cell => /^\[(.+)\]\(docs\/comparison\.md#.+\)$/.exec(cell)?.[1] ?? cell,
  );

  it('has a section for each line of the table in the README', () => {
    const sections = DOCUMENT.sections.filter(({ level, title }) => level === 2 && title !== 'Cost');
    assert.deepEqual(
      aspects,
      sections.map(({ title }) => title),
    );
  });

  it('says what its columns are', () => {
    const intro = DOCUMENT.sections.find(({ level }) => level === 1)?.lines.join('\n') ?? '';
    assert.deepEqual(
      CONTENDERS.filter(name => !intro.includes(`- **${name}**: `)),
      [],
    );
  });

  for (const [index, aspect] of aspects.entries()) {
    it(`has the words of the table, and what they rest on: ${aspect}`, () => {
      const { lines } = DOCUMENT.section(aspect);
      const statements = lines.filter(line => line.startsWith('- '));
      const cells = TABLE.rows[index]?.slice(1) ?? [];
      assert.equal(statements.length, CONTENDERS.length);
      for (const [at, name] of CONTENDERS.entries()) {
        const statement = statements[at] ?? '';
        assert.ok(statement.startsWith(`- ${name}: **${cells[at]}**. `), statement);
        const links = [...statement.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
        const isOurs = name === 'bridge';
        // Ours are shown here, those of others also by what they say themselves.
        assert.ok(
          links.length > 0 && (!isOurs || links.every(link => !link.startsWith('https:'))),
          statement,
        );
      }
    });
  }

  it('compares with the versions that are installed for it', () => {
    const documented = new MarkdownFile('docs/compatibility.md')
      .table('Sentry SDKs')
      .rows.flatMap(([name = '', versions = '']) =>
        codeIn(name).includes('@sentry/node') ? versions.split(', ') : [],
      );
    const named = CONTENDERS.flatMap(name => /^@sentry\/\w+ ([\d.]+)/.exec(name)?.[1] ?? []);
    assert.equal(named.length, 2);
    assert.deepEqual(
      named.filter(version => !documented.some(known => `${known}.`.startsWith(`${version}.`))),
      [],
    );
  });
});
