import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const PATH = resolve(import.meta.dirname, '../../docs/compatibility.md');
const MARKED = /(?<=<!-- matrix -->\n\n)[\s\S]*?(?=\n\n<!-- \/matrix -->)/;

/** The table in the document. */
export function documentedTable() {
  return MARKED.exec(readFileSync(PATH, 'utf8'))?.[0];
}

export function documentTable(table) {
  writeFileSync(
    PATH,
    readFileSync(PATH, 'utf8').replace(MARKED, () => table),
  );
}
