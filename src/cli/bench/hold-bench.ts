/** Runs a benchmark in the foreground, shows its report and clears up. */
import type { BenchParts } from '../../bench/report/bench-parts.js';
import type { BenchRow } from '../../bench/report/bench-row.js';
import { EXIT } from '../../core/errors.js';
import type { CliContext } from '../context.js';
import { createVoice } from '../create-voice.js';
import { holdForeground } from '../hold-foreground.js';

/**
 * Ends with the context's exit code: 0, 3 with `check` when a target is missed, 130 or 143 when a signal came first.
 * @param bench.check whether a missed target is a problem
 */
export async function holdBench<Report extends { readonly rows: readonly BenchRow[] }>(
  context: CliContext,
  bench: {
    readonly check: boolean;
    readonly run: (parts: BenchParts) => Promise<Report>;
    readonly show: (report: Report) => void;
  },
): Promise<void> {
  const voice = createVoice(context);
  const onSignal = () => voice.line('ending   what was started; again to kill it');
  const cutShort = await holdForeground(context, { name: 'bench', onSignal }, async (parts) => {
    try {
      const report = await bench.run({ ...parts, voice });
      voice.end();
      bench.show(report);
      if (bench.check && report.rows.some((row) => !row.met)) context.exitWith(EXIT.problem);
    } finally {
      voice.end();
    }
  });
  if (cutShort !== undefined) context.exitWith(cutShort);
}
