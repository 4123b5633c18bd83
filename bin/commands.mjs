/** Writes docs/commands.md from the help of the built binary. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readReference } from '../dist/cli/reference/read-reference.js';

writeFileSync(fileURLToPath(new URL('../docs/commands.md', import.meta.url)), await readReference());
