/** Looks one order up and prints it for people or for scripts. */
import { createPartialAnswer } from '../../core/partial-answer.js';
import type { AskedOrder } from '../../core/triage/find-asked-order.js';
import { inspectOrder, type InspectedOrder } from '../../core/triage/inspect-order.js';
import type { CliContext } from '../context.js';
import { inContext } from '../in-context.js';
import { withStores } from '../with-stores.js';
import { renderInspection } from './render-inspection.js';
import { toInspectionJson } from './inspection-json.js';

/** @throws AppError ORDER_NOT_FOUND; UNAVAILABLE after printing what is known, when a store was away */
export async function runInspect(context: CliContext, asked: AskedOrder): Promise<void> {
  const config = await context.loadConfig();
  const answer = createPartialAnswer();
  const found = await withStores(context, config, (stores) =>
    inspectOrder({ config, answer, ...stores }, asked),
  );
  const inspected = withCommandsOf(context, found);
  if (context.output.json) context.output.data(toInspectionJson(inspected, answer.unavailable));
  else context.output.line(renderInspection(context, inspected, answer));
  answer.assertComplete();
}

/** Its commands, made to reach the same place when they are pasted. */
export function withCommandsOf({ flags }: CliContext, inspected: InspectedOrder): InspectedOrder {
  const { diagnosis } = inspected;
  return {
    ...inspected,
    diagnosis: {
      ...diagnosis,
      command: inContext(flags, diagnosis.command),
      further: diagnosis.further.map((one) => ({ ...one, command: inContext(flags, one.command) })),
    },
  };
}
