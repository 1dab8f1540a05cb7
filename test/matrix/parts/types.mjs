// The types of the packed project beside those of each line, declarations of both included, under each compiler.
import { LINES } from '../../compat/lines.mjs';
import { checkTypes } from '../../compat/types.mjs';
import { VERSIONS } from '../versions.mjs';

export const typeCells = LINES.flatMap(line =>
  VERSIONS.typescript.map(version => ({
    row: line,
    column: `TypeScript ${version}`,
    check: async workshop => checkTypes(await workshop.line(line), await workshop.typescript(version)),
  })),
);
