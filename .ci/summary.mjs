/** Prints `N passed, N failed` of a run and exits accordingly. Arguments: vitest's JSON report, exit codes of check and tests. */
import { readFileSync } from 'node:fs';

const [report, check, tests] = process.argv.slice(2);
const { passed, failed } = countTests(report);
// A failed check counts as one, and so does a run that failed without a failed test (a leak, a setup that broke).
const total = failed + (check === '0' ? 0 : 1) + (tests !== '0' && failed === 0 ? 1 : 0);
process.stdout.write(`${passed} passed, ${total} failed\n`);
process.exitCode = total === 0 ? 0 : 1;

function countTests(path) {
  try {
    const { testResults } = JSON.parse(readFileSync(path, 'utf8'));
    const all = testResults.flatMap((file) => file.assertionResults);
    const count = (status) => all.filter((test) => test.status === status).length;
    // Files that could not be loaded, or failed after their tests.
    const broken = testResults.filter(
      (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
    );
    return { passed: count('passed'), failed: count('failed') + broken.length };
  } catch {
    return { passed: 0, failed: 0 };
  }
}
