/** Shows what doctor found: a line for each check by group, remedies below what is wrong, the verdict at the end. */
import { GROUPS } from '../../core/doctor/groups.js';
import { countOf, nameSome } from '../../core/doctor/name-some.js';
import type { DoctorReport, GoLive } from '../../core/doctor/report.js';
import type { Line } from '../../core/doctor/run-checks.js';
import { VERDICTS, type VerdictStatus } from '../../core/doctor/verdict.js';
import type { CliContext } from '../context.js';
import type { Colours } from '../output/colours.js';
import { printable } from '../output/printable.js';
import { wrapWords } from '../output/visible.js';

const STATUS_WIDTH = 'warning'.length;
const GAP = 2;
/** Narrower than this, a message has no room beside its title. */
const NARROWEST = 20;

export function showReport({ output, io }: CliContext, report: DoctorReport): void {
  if (output.json) return output.data(toJson(report));
  const { colours } = output;
  // In a pipe each check is one line, for grep.
  const columns = output.decorated ? (io.stdout.columns ?? 80) : Infinity;
  const titleWidth = Math.max(...report.lines.map(({ title }) => title.length));
  for (const [heading, lines] of sections(report.lines)) {
    output.line(colours.heading(heading));
    for (const line of lines) showLine(line);
  }
  output.line();
  output.line(summaryOf(report.lines, colours));
  if (report.goLive) for (const line of verdictOf(report.goLive, colours)) output.line(line);

  function showLine(line: Line): void {
    const indent = GAP + STATUS_WIDTH + GAP + titleWidth + GAP;
    const width = Math.max(NARROWEST, columns - indent);
    const [first = '', ...more] = wrapWords(printable(line.message), width).split('\n');
    const status = colourOf(line.status, colours)(line.status.padEnd(STATUS_WIDTH));
    output.line(`  ${status}  ${line.title.padEnd(titleWidth)}  ${first}`);
    for (const rest of more) output.line(`${' '.repeat(indent)}${rest}`);
    // On a line of its own and never broken, so that it can be pasted.
    if (line.remedy !== null) {
      output.line(
        `${' '.repeat(GAP + STATUS_WIDTH + GAP)}${colours.accent('fix:')} ${printable(line.remedy)}`,
      );
    }
  }
}

function sections(lines: readonly Line[]): [heading: string, lines: readonly Line[]][] {
  const groupOf = ({ id }: Line) => id.slice(0, id.indexOf('.'));
  const shared = GROUPS.map(({ name, title }): [string, Line[]] => [
    title,
    lines.filter((line) => line.productId === null && groupOf(line) === name),
  ]);
  const products = [
    ...new Set(lines.filter((line) => groupOf(line) === 'sale').map(({ productId }) => productId)),
  ];
  const sales = products.map((productId): [string, Line[]] => [
    productId === null ? 'Sale' : `Sale of ${printable(productId)}`,
    lines.filter((line) => groupOf(line) === 'sale' && line.productId === productId),
  ]);
  return [...shared, ...sales].filter(([, some]) => some.length > 0);
}

function summaryOf(lines: readonly Line[], colours: Colours): string {
  const counts = VERDICTS.map((status) => ({
    status,
    count: lines.filter((line) => line.status === status).length,
  }));
  return counts
    .filter(({ count, status }) => count > 0 || status === 'ok')
    .map(({ status, count }) => colourOf(status, colours)(`${count} ${status}`))
    .join(', ');
}

function verdictOf({ verdict, productIds, blockers }: GoLive, colours: Colours): string[] {
  const what = productIds.length === 0 ? 'nothing' : nameSome(productIds.map(printable));
  if (verdict === 'GO') return [`${colours.good('GO')}: ${what}`];
  const unchecked = blockers.filter(({ status }) => status === 'skipped');
  const reasons = [...new Set(unchecked.map(({ message }) => message))];
  return [
    `${colours.bad('NO GO')}: ${what}, ${countOf(blockers.length, 'blocker')}`,
    ...blockers
      .filter(({ status }) => status !== 'skipped')
      .map((line) => `  ${nameOf(line)}: ${printable(line.message)}`),
    ...reasons.map((reason) => {
      const names = unchecked.filter(({ message }) => message === reason).map(nameOf);
      return `  not checked, ${printable(reason)}: ${nameSome(names, 3)}`;
    }),
  ];
}

function nameOf({ id, productId }: Line): string {
  return productId === null ? id : `${id} ${printable(productId)}`;
}

function colourOf(status: VerdictStatus, colours: Colours): (text: string) => string {
  switch (status) {
    case 'ok':
      return colours.good;
    case 'warning':
      return colours.warning;
    case 'failed':
      return colours.bad;
    case 'skipped':
      return colours.faint;
  }
}

/** The contract of `--json`. */
function toJson({ ok, lines, unavailable, goLive }: DoctorReport) {
  return {
    ok,
    verdict: goLive?.verdict ?? null,
    productIds: goLive?.productIds ?? null,
    checks: lines.map(({ id, title, productId, status, message, remedy }) => ({
      id,
      group: id.slice(0, id.indexOf('.')),
      title,
      productId,
      status,
      message,
      remedy,
    })),
    blockers: goLive?.blockers.map(({ id, productId }) => ({ id, productId })) ?? null,
    unavailable,
  };
}
