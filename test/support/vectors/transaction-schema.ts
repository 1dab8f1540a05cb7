import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';

let validator: ValidateFunction | undefined;

/** What is wrong with a transaction by the JSON schema of the events this package sends. */
export function schemaProblems(transaction: unknown): string[] {
  // Not where the module is loaded: most tests send nothing.
  validator ??= readValidator();
  if (validator(transaction)) return [];
  return (validator.errors ?? []).map(
    ({ instancePath, message }) => `schema: ${instancePath} ${message ?? 'is wrong'}`,
  );
}

function readValidator(): ValidateFunction {
  const schema: object = JSON.parse(
    readFileSync(new URL('transaction.schema.json', import.meta.url), 'utf8'),
  );
  return new Ajv({ allErrors: true, strict: false }).compile(schema);
}
