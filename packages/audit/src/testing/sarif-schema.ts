import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import Ajv from 'ajv-draft-04';

/** What is wrong with a document by the schema of SARIF 2.1.0, as the matchers of its authors carry it; empty: nothing. */
export async function openSarifSchema(): Promise<(document: unknown) => string> {
  const { default: addFormats } = await import('ajv-formats');
  const ajv = new Ajv.default({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  const at = dirname(createRequire(import.meta.url).resolve('@microsoft/jest-sarif/package.json'));
  const schema: object = JSON.parse(readFileSync(join(at, 'lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8'));
  const validate = ajv.compile(schema);
  return (document) => (validate(JSON.parse(JSON.stringify(document))) ? '' : ajv.errorsText(validate.errors));
}
