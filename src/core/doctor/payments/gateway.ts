/** Which payment gateway is chosen, and whether it is set up. */
import type { Config } from '../../config/schema.js';
import type { Check } from '../check.js';
import { failed, ok, warning, type Verdict } from '../verdict.js';

type GatewaySettings = Pick<Config, 'payments' | 'paymentUrl' | 'paymentSecret' | 'production'>;

export function judgeGateway({ payments, paymentUrl, paymentSecret, production }: GatewaySettings): Verdict {
  switch (payments) {
    case undefined:
      // An operator's own configuration need not say it; that of worker must.
      return warning('not set here: worker does not start without it', 'export ORDERSCTL_PAYMENTS=webhook');
    case 'simulated': {
      const text = 'simulated: no money is taken';
      const remedy = 'export ORDERSCTL_PAYMENTS=webhook';
      return production ? failed(`${text}, in production`, remedy) : warning(text, remedy);
    }
    case 'webhook': {
      const missing = [
        ...(paymentUrl === undefined ? ['ORDERSCTL_PAYMENT_URL'] : []),
        ...(paymentSecret === undefined ? ['ORDERSCTL_PAYMENT_SECRET'] : []),
      ];
      if (missing.length === 0) return ok('webhook, with address and secret');
      return failed(`webhook, without ${missing.join(' and ')}`, `export ${missing[0]}=…`);
    }
  }
}

export const gateway: Check = {
  id: 'payments.gateway',
  title: 'gateway',
  needs: [],
  look: ({ config }) => judgeGateway(config),
};
