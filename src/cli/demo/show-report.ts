/** The report of a demo for people, or as JSON. */
import { relative } from 'node:path';
import type { DemoReport } from '../../bench/demo/report.js';
import type { CliContext } from '../context.js';
import { demoKills, showFigures } from '../rehearse/show-report.js';

export function showReport(context: CliContext, report: DemoReport): void {
  const { io, output } = context;
  if (output.json) return output.data(report);
  showFigures(context, report, demoKills(report));
  if (report.kept)
    for (const line of nextSteps(report.kept, relative(io.cwd, report.kept.folder))) output.line(line);
}

/** Commands to paste, from the folder where the demo was started. */
function nextSteps({ api }: { readonly api: string }, folder: string): string[] {
  return [
    '',
    `It all goes on running. The API is ${api}; in ${folder} every command finds the servers:`,
    '',
    `  cd ${folder}`,
    '  npx ordersctl top',
    '  npx ordersctl list --limit 5',
    '  npx ordersctl audit',
    '',
    'For other programs: eval "$(npx ordersctl dev env)". To end it all: npx ordersctl dev down',
  ];
}
