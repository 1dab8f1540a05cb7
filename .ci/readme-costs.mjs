// Writes the figures in README.md from those of the last benchmark. With --check it only says whether they are the same.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const README = fileURLToPath(new URL('../README.md', import.meta.url));
const RESULTS = fileURLToPath(new URL('../benchmark/results.md', import.meta.url));
const BLOCK = /(<!-- costs -->\n)[\s\S]*?(<!-- \/costs -->)/;
const HEADING = 'A request of ';
/** Of the table there, by how the heads of its columns begin. */
const COLUMNS = ['', 'CPU per span', 'of OTLP', 'start + end', 'of no-op', 'bytes per span', 'requests'];

const [preface = '', ...sections] = readFileSync(RESULTS, 'utf8').split('\n## ');
const section = sections.find(text => text.startsWith(HEADING));
if (section === undefined) throw new Error(`benchmark/results.md has no section "${HEADING}…"`);
const [heading = '', ...lines] = section.split('\n');
const rows = lines
  .filter(line => line.startsWith('|'))
  .map(line => line.split('|').slice(1, -1))
  .map(cells => cells.map(cell => cell.trim()));
const [heads = []] = rows;
const wanted = COLUMNS.map(column =>
  heads.findIndex(head => (column === '' ? head === '' : head.startsWith(column))),
);
if (wanted.includes(-1)) throw new Error(`benchmark/results.md lacks a column of ${COLUMNS.join(', ')}`);
const [date = '', node = '', machine = ''] =
  preface
    .split('\n')
    .find(line => /^\d{4}-/.test(line))
    ?.split(', ') ?? [];
const table = rows.map(cells => `| ${wanted.map(index => cells[index]).join(' | ')} |`).join('\n');
const block = `${heading}, measured ${date} on ${node}, ${machine}. Compare ratios, not times; all figures: [benchmark/results.md](benchmark/results.md).\n\n${table}\n`;

const before = readFileSync(README, 'utf8');
if (!BLOCK.test(before)) throw new Error('README.md has no place for costs');
const after = before.replace(BLOCK, (_, start, end) => `${start}${block}${end}`);
if (!process.argv.includes('--check')) writeFileSync(README, after);
else if (before !== after) {
  console.log('The figures in README.md are not those of benchmark/results.md: node .ci/readme-costs.mjs');
  process.exitCode = 1;
}
