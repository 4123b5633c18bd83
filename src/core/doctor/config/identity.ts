/** Whether `serve` would know its callers. */
import type { Config } from '../../config/schema.js';
import { AppError } from '../../errors.js';
import { identityModeOf } from '../../config/identity-mode.js';
import type { Check } from '../check.js';
import { failed, ok, warning, type Verdict } from '../verdict.js';

export function judgeIdentity(config: Config): Verdict {
  try {
    const mode = identityModeOf(config);
    switch (mode.kind) {
      case 'secret':
        return ok('tokens signed with a shared secret (HS256)');
      case 'jwks':
        return config.jwtAudience === undefined
          ? warning(
              `tokens by the keys of ${mode.url}, also those made for other applications`,
              'export ORDERSCTL_JWT_AUDIENCE=…',
            )
          : ok(`tokens by the keys of ${mode.url}`);
      case 'header':
        return ok(`callers are whoever the header ${mode.header} says: only a gateway may reach serve`);
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // An operator's own configuration need not say it; that of serve must.
    const isUnset = config.jwtSecret === undefined && config.jwksUrl === undefined;
    const remedy = error.hint ?? null;
    return isUnset
      ? warning(`not set here: serve does not start without it`, remedy)
      : failed(`serve would not start: ${error.message}`, remedy);
  }
}

export const identity: Check = {
  id: 'config.identity',
  title: 'callers',
  needs: [],
  look: ({ config }) => judgeIdentity(config),
};
