/** Prints the files that failed, one a line. Argument: vitest's JSON report. */
import { readReport } from './report.mjs';

for (const { file, failed } of readReport(process.argv[2])) if (failed > 0) process.stdout.write(`${file}\n`);
