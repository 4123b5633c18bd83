/** `rehearse --clean RUN`: removes what an earlier rehearsal has left. */
import { assertFinished, cleanRehearsal, findLeftovers } from '../../bench/rehearse/clean-rehearsal.js';
import type { CliContext } from '../context.js';
import type { Mutation } from '../mutation/begin-mutation.js';
import { withCatalog } from '../with-catalog.js';
import type { RehearseConfig } from './hold-here.js';

/** @throws AppError NOT_FOUND for an unknown run; REFUSED while its orders are under way; UNAVAILABLE */
export function runClean(
  context: CliContext,
  config: RehearseConfig,
  mutation: Mutation,
  run: string,
): Promise<void> {
  return withCatalog(context, config, async (catalog) => {
    const { output } = context;
    const leftovers = await findLeftovers(catalog, run);
    assertFinished(leftovers);
    const { products, orders } = leftovers;
    const what = `${products} products and ${orders} orders of rehearsal ${run}`;
    if (mutation.dryRun) {
      if (output.json) return output.data({ dryRun: true, run, products, orders });
      return output.line(`Would remove ${what}.`);
    }
    await mutation.confirm({ what: `remove ${what}`, single: true });
    const cleaned = await cleanRehearsal(catalog, leftovers);
    await mutation.record(catalog.pool, { arguments: { run, clean: true }, result: cleaned });
    if (output.json) return output.data({ dryRun: false, run, ...cleaned });
    output.line(
      `Removed: ${cleaned.products} products, ${cleaned.orders} orders, ${cleaned.events} events, ${cleaned.payments} payments.`,
    );
  });
}
