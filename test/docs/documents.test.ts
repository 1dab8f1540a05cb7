import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { allDocuments, MarkdownFile, ROOT } from './support/documents.js';

const DOCUMENTS = allDocuments();

/** What has no place in documents: places on a machine, hosts packages come from, and how the text came about. */
const FORBIDDEN: readonly RegExp[] = [
  /(?<![\w.-])\/(?:home|work|root|Users)\/\w/,
  /\bshared\/(?:design|spec|vectors|fixtures|tools|bench)\b/,
  /\bregistry\.[a-z]|\b(?:artifactory|verdaccio|nexus)\b/i,
  /\b(?:generated|written|developed|authored|assisted) (?:by|with) (?:an? )?(?:AI|LLM|GPT|machine|model|assistant|bot)\b/i,
  /\b(?:language model|LLM|chatbot|copilot|sub-?agent|as an AI)\b/i,
  /\bTODO\b|\bFIXME\b|\bTBD\b/,
];

describe('documents', () => {
  it('are there', () => {
    const paths = DOCUMENTS.map(({ path }) => path);
    for (const path of [
      'README.md',
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'docs/architecture.md',
      'docs/comparison.md',
      'docs/compatibility.md',
      'docs/configuration.md',
      'docs/delivery.md',
      'docs/diagnostics.md',
      'docs/helpers.md',
      'docs/mapping.md',
      'docs/migration.md',
      'docs/privacy.md',
      'docs/propagation-sampling.md',
      'docs/setup.md',
      'docs/zero-code.md',
    ]) {
      assert.ok(paths.includes(path), path);
    }
  });

  for (const document of DOCUMENTS) {
    describe(document.path, () => {
      it('has links that lead somewhere', () => {
        assert.deepEqual(
          linksOf(document).filter(link => !isAlive(document, link)),
          [],
        );
      });

      it('says nothing that has no place in it', () => {
        const lines = document.text.split('\n');
        assert.deepEqual(
          lines.filter(line => FORBIDDEN.some(pattern => pattern.test(line))),
          [],
        );
      });

      it('has one title, no level left out, and no heading twice', () => {
        const levels = document.sections.map(({ level }) => level).filter(level => level > 0);
        assert.deepEqual(
          levels.filter(level => level === 1),
          [1],
        );
        assert.deepEqual(
          levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1),
          [],
        );
        assert.equal(new Set(document.anchors).size, document.anchors.length);
      });

      it('has tables whose rows are as long as their heads', () => {
        const uneven = document.tables.flatMap(({ columns, rows }) =>
          rows.filter(row => row.length !== columns.length),
        );
        assert.deepEqual(uneven, []);
      });
    });
  }

  it('have lists of contents that name every section', () => {
    for (const document of DOCUMENTS.filter(({ path }) => path.startsWith('docs/'))) {
      const contents = document.sections.find(({ level }) => level === 1)?.lines.join('\n') ?? '';
      const listed = [...contents.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
      const sections = document.sections
        .map(({ level }, index) => (level === 2 ? document.anchors[index - 1] : undefined))
        .filter(anchor => anchor !== undefined);
      assert.deepEqual(
        sections.filter(anchor => !listed.includes(anchor)),
        [],
        document.path,
      );
    }
  });
});

/** Targets of links, except those to other places on the net. */
function linksOf({ prose }: MarkdownFile): string[] {
  return [...prose.replace(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter(target => !/^(?:https?|mailto):/.test(target));
}

function isAlive(from: MarkdownFile, link: string): boolean {
  const [file = '', anchor] = link.split('#');
  const path = file === '' ? from.path : normalize(join(dirname(from.path), file)).replaceAll('\\', '/');
  if (!existsSync(join(ROOT, path))) return false;
  if (anchor === undefined) return true;
  if (statSync(join(ROOT, path)).isDirectory() || !path.endsWith('.md')) return false;
  return new MarkdownFile(path).anchors.includes(anchor) && readFileSync(join(ROOT, path)).length > 0;
}
