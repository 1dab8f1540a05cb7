import type { ParsedEnvelope } from './parse-envelope.js';
import { wireProblems } from './vectors/wire-rules.js';

const problems: string[] = [];

/** Checks an envelope by Sentry's ingestion rules; the test that sent it fails for what is found. */
export function checkWire(envelope: ParsedEnvelope): void {
  problems.push(...wireProblems(envelope));
}

export function takeWireProblems(): string[] {
  return problems.splice(0);
}
