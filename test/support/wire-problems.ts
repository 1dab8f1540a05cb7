import { jsonOf, type ParsedEnvelope } from './parse-envelope.js';
import { schemaProblems } from './vectors/transaction-schema.js';
import { wireProblems } from './vectors/wire-rules.js';

const problems: string[] = [];

/** Checks an envelope by Sentry's ingestion rules and the schema of transactions; the test that sent it fails for what is found. */
export function checkWire(envelope: ParsedEnvelope): void {
  problems.push(...wireProblems(envelope));
  for (const item of envelope.items)
    if (item.headers['type'] === 'transaction') problems.push(...schemaProblems(jsonOf(item)));
}

export function takeWireProblems(): string[] {
  return problems.splice(0);
}
