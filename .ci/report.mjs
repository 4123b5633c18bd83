/** Reads vitest's JSON reports. */
import { readFileSync } from 'node:fs';

/** @returns per file its path, whether it failed, and how many of its tests passed and failed; empty without a report */
export function readReport(path) {
  let report;
  try {
    report = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return [];
  }
  return report.testResults.map(({ name, status, assertionResults }) => {
    const count = (wanted) => assertionResults.filter((test) => test.status === wanted).length;
    const failed = count('failed');
    // A file that could not be loaded, or failed after its tests, counts as one failure.
    return { file: name, passed: count('passed'), failed: status === 'failed' && failed === 0 ? 1 : failed };
  });
}
