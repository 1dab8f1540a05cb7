import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './support/documents.js';
import { source, SOURCE_FILES } from './support/source-text.js';

const REPORTS = join(ROOT, 'etc/api');
const ENDING = '.api.md';

describe('the reports of the public API', () => {
  const names = readdirSync(REPORTS).map(name => name.slice(0, -ENDING.length));
  const textOf = (name: string) => readFileSync(join(REPORTS, name + ENDING), 'utf8');

  it('are there for each entry point, and for nothing else', () => {
    const manifest: unknown = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    assert.ok(typeof manifest === 'object' && manifest !== null && 'exports' in manifest);
    assert.ok(typeof manifest.exports === 'object' && manifest.exports !== null);
    const entries = Object.keys(manifest.exports).filter(name => name !== './package.json');
    assert.deepEqual(names.sort(), entries.map(name => name.slice(2) || 'index').sort());
  });

  for (const name of names) {
    it(`have the exports of ${name}.ts`, () => {
      const exported = [...source(`${name}.ts`).code.matchAll(/^export (?:type )?\{([^}]*)\}/gm)]
        .flatMap(([, list = '']) => list.split(','))
        .map(text => text.trim())
        .filter(text => text !== '');
      const reported = [
        ...textOf(name).matchAll(/^export (?:class|const|function|interface|type) (\w+)/gm),
      ].map(([, symbol = '']) => symbol);
      assert.deepEqual([...new Set(reported)].sort(), exported.sort());
    });

    it(`say of nothing that ${name}.ts offers, members included, that it has no docstring`, () => {
      // The mark stands in the line before.
      const lines = textOf(name).split('\n');
      const missing = lines.filter((_, index) => lines[index - 1]?.includes('(undocumented)'));
      assert.deepEqual(missing, []);
    });
  }

  it('are of what says what it is before it links to the page a rule comes from', () => {
    const reported = new Set(
      names.flatMap(name =>
        [...textOf(name).matchAll(/^(?:export )?(?:class|const|function|interface|type) (\w+)/gm)].map(
          ([, symbol = '']) => symbol,
        ),
      ),
    );
    const bare = SOURCE_FILES.flatMap(({ text }) =>
      [...text.matchAll(/^\/\*\*\s+(?:\* )?https:[^\n]*(?:\n \*\/)?\nexport \w+ (\w+)/gm)].map(
        ([, symbol = '']) => symbol,
      ),
    );
    assert.deepEqual(
      bare.filter(symbol => reported.has(symbol)),
      [],
    );
  });
});
