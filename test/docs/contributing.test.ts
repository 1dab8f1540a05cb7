import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { column, MarkdownFile, onlyCode, ROOT } from './support/documents.js';

const DOCUMENT = new MarkdownFile('CONTRIBUTING.md');

describe('CONTRIBUTING.md', () => {
  it('has every command of package.json, and no other', () => {
    const documented = column(DOCUMENT.table('Commands'), 'command').map(cell =>
      onlyCode(cell.split(';')[0]).replace(/^npm (run )?/, ''),
    );
    assert.deepEqual(documented.sort(), commands().sort());
  });

  it('says what a check consists of', () => {
    const row = DOCUMENT.table('Commands').rows.find(([command]) => command === '`npm run check`');
    const steps = [...(row?.[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name);
    const script = scripts()['check'] ?? '';
    const run = [...script.matchAll(/npm (?:run )?([\w:]+)/g)].map(([, name]) => name);
    assert.deepEqual(steps, run);
  });

  it('names test files that can be run', () => {
    for (const [, path = ''] of DOCUMENT.text.matchAll(/`npx mocha ([^`]+)`/g)) {
      assert.ok(readFileSync(join(ROOT, path)).length > 0, path);
    }
  });
});

/** Scripts people call; those that run before others are not. */
function commands(): string[] {
  const names = Object.keys(scripts());
  return names.filter(name => !names.some(other => name === `pre${other}` || name === `post${other}`));
}

function scripts(): Record<string, string> {
  const manifest: unknown = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  assert.ok(typeof manifest === 'object' && manifest !== null && 'scripts' in manifest);
  assert.ok(typeof manifest.scripts === 'object' && manifest.scripts !== null);
  return Object.fromEntries(Object.entries(manifest.scripts).map(([name, script]) => [name, String(script)]));
}
