const { LINE, CONVENTIONS } = process.env;

/** Whether the line of these packages is the one with the newest of everything. */
export const isNewest = LINE === 'stable';

/** The semantic conventions that the instrumentations were told to follow: `old`, `stable` or `both`. */
export const conventions = CONVENTIONS;
