import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { column, MarkdownFile, onlyCode, ROOT } from './support/documents.js';
import { SOURCE_FILES } from './support/source-text.js';

const DOCUMENT = new MarkdownFile('docs/architecture.md');

describe('docs/architecture.md', () => {
  const parts = column(DOCUMENT.table('Who may import whom'), 'part').map(onlyCode);

  it('has every part of src, and no other', () => {
    const found = new Set(SOURCE_FILES.map(({ path }) => path.replace(/\/.*$|\.ts$/, '')));
    assert.deepEqual([...parts].sort(), [...found].sort());
  });

  it('has them in the order in which they may import each other', () => {
    const test = readFileSync(join(ROOT, 'test/architecture.test.ts'), 'utf8');
    const matrix = /^const MATRIX[^=]*= \{([\s\S]*?)^\};/m.exec(test)?.[1] ?? '';
    const order = [...matrix.matchAll(/^ {2}'?([\w-]+)'?: \{/gm)].map(([, part]) => part);
    assert.deepEqual(parts, order);
  });

  it('has the folders of the project', () => {
    const block = DOCUMENT.blocks.find(({ heading }) => heading === 'The tree')?.text ?? '';
    const documented = [...block.matchAll(/^(\S+)\/ /gm)].map(([, folder]) => folder);
    const ignored = new Set(['node_modules', 'dist', 'coverage', '.git']);
    const found = readdirSync(ROOT, { withFileTypes: true })
      .filter(entry => entry.isDirectory() && !ignored.has(entry.name))
      .map(({ name }) => name);
    assert.deepEqual([...documented].sort(), found.sort());
  });

  it('shows tests for each promise', () => {
    for (const [promise = '', tests = ''] of DOCUMENT.table('Promises').rows) {
      const files = [...tests.matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, path = '']) => path);
      assert.ok(files.length > 0, promise);
      assert.deepEqual(
        files.filter(path => !existsSync(join(ROOT, path))),
        [],
      );
    }
  });
});
