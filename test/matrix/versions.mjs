import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is tested beside the lines of OpenTelemetry, whose packages are locked in folders of their own. */
export const VERSIONS = JSON.parse(readFileSync(join(import.meta.dirname, 'versions.json'), 'utf8'));
