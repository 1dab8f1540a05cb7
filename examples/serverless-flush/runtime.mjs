// Stands in for the platform: calls the handler with each line it reads, and writes each answer as a line.
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { handler } from './handler.mjs';

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await handler(JSON.parse(line), {
    awsRequestId: randomUUID(),
    functionName: 'price-of',
  });
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
