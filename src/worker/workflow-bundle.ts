/** Finds the workflow code that the build has bundled. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AppError } from '../core/errors.js';

/** Beside this file in dist/; from the sources, where tests run, the built one too. */
const CANDIDATES = ['./workflow-bundle.cjs', '../../dist/worker/workflow-bundle.cjs'];

/** @returns its path. @throws AppError INTERNAL when nothing was built */
export function findWorkflowBundle(): string {
  const found = CANDIDATES.map((path) => fileURLToPath(new URL(path, import.meta.url))).find((path) =>
    existsSync(path),
  );
  if (found === undefined) {
    throw new AppError('INTERNAL', 'the workflow bundle was not built', { hint: 'Run npm run build' });
  }
  return found;
}
