/** Writes docs/openapi.json, the contract of the API, from the schemas of the built server. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { makeOpenApiDocument } from '../dist/server/contract/openapi-document.js';

const file = fileURLToPath(new URL('../docs/openapi.json', import.meta.url));
const style = await resolveConfig(file);
writeFileSync(file, await format(JSON.stringify(makeOpenApiDocument()), { ...style, filepath: file }));
