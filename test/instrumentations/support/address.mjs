/** The port of a server that `run.mjs` has started; without it the tests around are skipped, as it has said. */
export function portOf(variable, test) {
  const port = process.env[variable];
  if (port === undefined) test.skip();
  return Number(port);
}
