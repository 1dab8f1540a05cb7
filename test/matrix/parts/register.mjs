// Applications that are started with `otel-sentry-bridge/register`: each flag with each module format.
import { runApplication } from '../register-application.mjs';
import { APPLICATIONS, REGISTER_SETS } from '../register-sets.mjs';
import { VERSIONS } from '../versions.mjs';

const FLAGS = ['--import', '--require'];

async function check(workshop, set, version) {
  const folder = await workshop.registerSet(set);
  const node = await workshop.program('node', version);
  for (const flag of FLAGS)
    for (const application of APPLICATIONS)
      await runApplication({ node, version, folder, flag, application });
}

export const registerCells = REGISTER_SETS.flatMap(set =>
  VERSIONS.node.map(version => ({
    row: `register/${set}`,
    column: `Node.js ${version}`,
    check: workshop => check(workshop, set, version),
  })),
);
