/** Whether the payment provider answers, and goes on being believed. */
import { formatDuration } from '../../duration.js';
import { REPLAY_WINDOW_SECONDS } from '../../payments/signature.js';
import type { Check } from '../check.js';
import { failed, ok, warning, type Verdict } from '../verdict.js';
import { askProvider, type ProviderAnswer } from './ask-provider.js';

const CERTIFICATE_MS = 14 * 86_400_000;
const TIMEOUT_MS = 4_000;

/** @param answer or why there was none. @param now ms since 1970 */
function judgeProvider(url: string, answer: ProviderAnswer | Error, now: number): Verdict {
  const { host } = new URL(url);
  const look = `curl -sSI ${url}`;
  if (answer instanceof Error) return failed(`${host} does not answer: ${answer.message}`, look);
  const text = `${host} answers in ${Math.round(answer.roundTripMs)} ms`;
  if (answer.status >= 500) return failed(`${text}, with ${answer.status}`, look);
  const skewMs = answer.clock === null ? 0 : Math.abs(now - answer.clock);
  if (skewMs >= REPLAY_WINDOW_SECONDS * 1_000) {
    return failed(
      `its clock is ${formatDuration(skewMs)} off: signatures are good for ${REPLAY_WINDOW_SECONDS / 60} minutes`,
      'chronyc tracking',
    );
  }
  if (skewMs >= (REPLAY_WINDOW_SECONDS * 1_000) / 5) {
    return warning(`${text}; its clock is ${formatDuration(skewMs)} off`, 'chronyc tracking');
  }
  if (answer.certificateEnds === null) return ok(`${text}, without TLS on this machine`);
  const leftMs = answer.certificateEnds.getTime() - now;
  if (leftMs < CERTIFICATE_MS) {
    return warning(`${text}; its certificate ends in ${formatDuration(Math.max(0, leftMs))}`, look);
  }
  return ok(`${text}, certificate good for ${formatDuration(leftMs)}`);
}

export const provider: Check = {
  id: 'payments.provider',
  title: 'provider',
  needs: [],
  async look({ config }) {
    if (config.payments !== 'webhook') return ok('none to reach');
    if (config.paymentUrl === undefined)
      return failed('there is no address', 'export ORDERSCTL_PAYMENT_URL=…');
    const answer = await askProvider(config.paymentUrl, TIMEOUT_MS).catch((error: unknown) =>
      error instanceof Error ? error : new Error(String(error)),
    );
    return judgeProvider(config.paymentUrl, answer, Date.now());
  },
};
