import { registerCells } from './parts/register.mjs';
import { nodeCells, otherCells } from './parts/smoke.mjs';
import { typeCells } from './parts/types.mjs';

/**
 * Everything that is checked: each cell is in one row and one column of the table, and its `check` takes a workshop and
 * rejects with what is wrong.
 */
export const CELLS = [...nodeCells, ...typeCells, ...otherCells, ...registerCells];
