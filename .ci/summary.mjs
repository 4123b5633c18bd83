/**
 * Prints `N passed, N failed` of a run and exits accordingly. Arguments: exit codes of the check and of the tests, then
 * vitest's JSON reports: what a later one says of a file replaces what an earlier one said.
 */
import { relative } from 'node:path';
import { readReport } from './report.mjs';

const [check, tests, ...reports] = process.argv.slice(2);
const files = new Map();
for (const report of reports) {
  for (const result of readReport(report)) {
    if (files.get(result.file)?.failed > 0 && result.failed === 0)
      process.stdout.write(`passed only alone: ${relative('.', result.file)}\n`);
    files.set(result.file, result);
  }
}
const sum = (of) => [...files.values()].reduce((total, result) => total + of(result), 0);
const failed = sum((result) => result.failed);
// A failed check counts as one, and so does a run that failed without a failed file (a setup that broke).
const total = failed + (check === '0' ? 0 : 1) + (tests !== '0' && failed === 0 ? 1 : 0);
process.stdout.write(`${sum((result) => result.passed)} passed, ${total} failed\n`);
process.exitCode = total === 0 ? 0 : 1;
