// Runs one scenario in a process of its own: node child.cjs <scenario file>. Prints what it reports as JSON.
const { Application } = require('./application.cjs');

const { BRIDGE_DSN, SDK_DSN, SERVICE_URL } = process.env;
const scenario = require(process.argv[2]);

async function main() {
  const application = new Application(scenario.settings ?? {}, { bridgeDsn: BRIDGE_DSN, sdkDsn: SDK_DSN });
  const facts = await scenario.run(application, SERVICE_URL);
  await application.finish();
  const spans = application.exporter.getFinishedSpans().map(({ name, attributes }) => ({ name, attributes }));
  process.stdout.write(JSON.stringify({ facts, spans, warnings: application.warnings }));
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
