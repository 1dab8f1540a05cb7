const WIDTH = 100;

/** Prints what was sent and what was not, and where it went. */
export function printSummary({ receiver, endings }, traces) {
  const { transactions, losses, host } = receiver;
  const spans = transactions.reduce((sum, { event }) => sum + event.spans.length, transactions.length);
  console.log('─'.repeat(WIDTH));
  console.log(`Received ${transactions.length} transactions with ${spans} spans in ${traces.length} traces.`);
  console.log(`Not sent, as client reports say: ${reportText(losses)}.`);
  for (const [service, { millis }] of Object.entries(endings)) {
    console.log(`SIGTERM to ${service}: everything was sent and the process ended after ${millis} ms.`);
  }
  if (process.env.SENTRY_DSN) {
    console.log(`Everything went through http://${host} to ${new URL(process.env.SENTRY_DSN).host}.`);
  } else {
    console.log(`Everything went to http://${host}, which stood in for Sentry.`);
    console.log('To see the traces in Sentry: SENTRY_DSN=https://... npm run demo');
  }
}

function reportText(losses) {
  const sums = new Map();
  for (const { reason, category, quantity } of losses) {
    const key = `${category}s (${reason})`;
    sums.set(key, (sums.get(key) ?? 0) + quantity);
  }
  return sums.size === 0 ? 'none' : [...sums].map(([key, sum]) => `${sum} ${key}`).join(', ');
}
