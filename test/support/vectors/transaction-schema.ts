import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';

const schema: object = JSON.parse(readFileSync(new URL('transaction.schema.json', import.meta.url), 'utf8'));
const ajv = new Ajv({ allErrors: true, strict: false });
const validate = ajv.compile(schema);

/** What is wrong with a transaction by the JSON schema of the events this package sends. */
export function schemaProblems(transaction: unknown): string[] {
  if (validate(transaction)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message }) => `schema: ${instancePath} ${message ?? 'is wrong'}`,
  );
}
