/** The one look at the namespace that checks share. */
import { AppError } from '../../errors.js';
import type { NamespaceDescription } from '../../temporal/check-namespace.js';
import type { Sources } from '../check.js';

/** @returns null when there is no such namespace, or it may not be used */
export async function namespaceLook({ stores }: Sources): Promise<NamespaceDescription | null> {
  const { checkNamespace } = await import('../../temporal/check-namespace.js');
  try {
    return await checkNamespace(await stores.temporal());
  } catch (error) {
    if (error instanceof AppError && error.code === 'CONFIG_INVALID') return null;
    throw error;
  }
}
