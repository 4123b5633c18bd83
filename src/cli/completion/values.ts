/** What options and arguments may be given, by their names. */
import type { CliContext } from '../context.js';

export interface Candidate {
  readonly value: string;
  readonly meaning: string;
}

/** Longer than this nobody waits at a Tab. */
const PATIENCE_MS = 1_000;
const MOST_PRODUCTS = 200;

type Source = (context: CliContext, contextName: string | undefined) => Promise<readonly string[]>;

const products: Source = (context, contextName) => withinPatience(findProducts(context, contextName));
const contexts: Source = async ({ io }) => {
  const { readContexts } = await import('../../core/config/contexts.js');
  return Object.keys(readContexts(io.env).contexts).sort();
};
const files: Source = () => Promise.resolve([':files']);
const settings: Source = async () => {
  const { CONTEXT_KEYS } = await import('../../core/config/context-layers.js');
  return CONTEXT_KEYS.map((key) => `${key}=`);
};

const SOURCES: Readonly<Record<string, Source>> = {
  '--product': products,
  products,
  product: products,
  '--context': async (...given) => [...(await contexts(...given)), 'none'],
  context: async (...given) => [...(await contexts(...given)), 'none'],
  settings,
  '--status': async () => (await import('../../core/order.js')).ORDER_STATUSES,
  '--state': async () => (await import('../../core/postgres/sale-row.js')).SALE_STATES,
  '--hop': async () => (await import('../../core/triage/find-hop.js')).HOPS,
  '--cause': async () => (await import('../../core/dead-letters/letter-headers.js')).DEAD_LETTER_REASONS,
  '--dir': files,
  '--html': files,
  '--output': files,
  file: files,
};

/** @param name the long flag, or the name of the argument */
export async function valuesOf(
  context: CliContext,
  contextName: string | undefined,
  name: string,
  choices: readonly string[] | undefined,
): Promise<Candidate[]> {
  const values = choices ?? (await SOURCES[name]?.(context, contextName)) ?? [];
  return values.map((value) => ({ value, meaning: '' }));
}

async function findProducts(
  context: CliContext,
  contextName: string | undefined,
): Promise<readonly string[]> {
  const config = await context.loadConfig(contextName === undefined ? {} : { context: contextName });
  const [{ withStores }, { findProductIds }] = await Promise.all([
    import('../with-stores.js'),
    import('../../core/postgres/find-product-ids.js'),
  ]);
  return withStores(context, config, async ({ postgres }) => findProductIds(await postgres(), MOST_PRODUCTS));
}

async function withinPatience(work: Promise<readonly string[]>): Promise<readonly string[]> {
  // What comes too late fails unheard.
  work.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly string[]>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, []);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
