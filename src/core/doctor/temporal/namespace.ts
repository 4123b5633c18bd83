/** Whether the namespace exists. */
import type { NamespaceDescription } from '../../temporal/check-namespace.js';
import type { Check } from '../check.js';
import { failed, ok, type Verdict } from '../verdict.js';
import { namespaceLook } from './namespace-look.js';

export function judgeNamespace(found: NamespaceDescription | null, name: string): Verdict {
  if (found) return ok(found.namespace);
  return failed(
    `there is no namespace ${name}, or this client may not use it`,
    `temporal operator namespace create --namespace ${name} --retention 8d`,
  );
}

export const namespace: Check = {
  id: 'temporal.namespace',
  title: 'namespace',
  needs: ['temporal'],
  look: async (sources) =>
    judgeNamespace(await sources.once(namespaceLook), sources.config.temporalNamespace),
};
