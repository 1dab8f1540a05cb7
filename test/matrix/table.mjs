/** How a cell is written. Nothing in a table depends on when or where it was made. */
export const PASSED = 'yes';
export const FAILED = '**no**';
const NOT_CHECKED = '–';

/** A Markdown table of cells, with what `outcomeOf` says of each. */
export function tableOf(cells, outcomeOf) {
  const rows = [...new Set(cells.map(({ row }) => row))];
  const columns = [...new Set(cells.map(({ column }) => column))];
  const outcomeAt = (row, column) => {
    const cell = cells.find(each => each.row === row && each.column === column);
    return cell === undefined ? NOT_CHECKED : outcomeOf(cell);
  };
  const lines = [
    ['set', ...columns],
    ['set', ...columns].map(() => '---'),
    ...rows.map(row => [`\`${row}\``, ...columns.map(column => outcomeAt(row, column))]),
  ];
  return lines.map(line => `| ${line.join(' | ')} |`).join('\n');
}
