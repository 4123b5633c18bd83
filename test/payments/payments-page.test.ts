import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configSchema, SETTINGS } from '../../src/core/config/schema.js';
import { signMessage, verifyMessage } from '../../src/core/payments/signature.js';
import { parseSigningSecrets } from '../../src/core/payments/signing-secrets.js';
import { paymentEventSchema } from '../../src/server/payments/payment-event.js';
import { toPaymentAnswer, toRefundAnswer } from '../../src/worker/payments/gateway-answers.js';
import { REPOSITORY } from '../support/binary.js';

const page = readFileSync(join(REPOSITORY, 'docs/payments.md'), 'utf8');
const secret = /With the secret `([^`]+)`/.exec(page)?.[1] ?? '';
const keys = parseSigningSecrets(secret);

function examples(): { headers: Record<string, string>; body: string }[] {
  return [...page.matchAll(/```http\n([^]*?)\n\n([^]*?)\n```/g)].map(([, head = '', body = '']) => {
    const lines = head.split('\n').slice(1);
    const headers: Record<string, string> = {};
    for (const line of lines) {
      const [name = '', value = ''] = line.split(': ', 2);
      headers[name] = value;
    }
    return { headers, body };
  });
}

describe('docs/payments.md', () => {
  it('signs its examples as the product does', () => {
    expect(examples()).toHaveLength(2);
    for (const { headers, body } of examples()) {
      const nowMs = Number(headers['webhook-timestamp']) * 1_000;
      expect(headers).toMatchObject(signMessage({ id: headers['webhook-id'] ?? '', body, nowMs }, keys));
      expect(verifyMessage({ headers, body: Buffer.from(body), nowMs }, keys)).toBe('valid');
    }
  });

  it('reports what serve understands, and answers what the worker understands', () => {
    const [request, report] = examples();
    expect(paymentEventSchema.parse(JSON.parse(report?.body ?? ''))).toEqual(JSON.parse(report?.body ?? ''));
    expect(JSON.parse(request?.body ?? '')).toMatchObject({ type: 'payment.request' });
    const [payments = [], refunds = []] = [...page.matchAll(/```json\n([^]*?)\n```/g)].map(([, text = '']) =>
      text.split('\n'),
    );
    const kinds = payments.map((body) => toPaymentAnswer({ status: 200, body }).kind);
    expect(kinds).toEqual(['captured', 'requires-action', 'declined']);
    expect(refunds.map((body) => toRefundAnswer({ status: 200, body }).kind)).toEqual([
      'refunded',
      'refused',
    ]);
  });

  it('names only settings that there are, with values they take, and every one of payments', () => {
    const named = new Set(
      [...page.matchAll(/ORDERSCTL_[A-Z_]+/g)].map(([name]) => name.replace(/_FILE$/, '')),
    );
    const ofPayments = Object.values(SETTINGS)
      .map(({ env }) => env as string)
      .filter((env) => /^ORDERSCTL_(PAYMENT|SIMULATED)/.test(env) && env !== 'ORDERSCTL_PAYMENT_DEADLINE');
    // Of a file's name the ending is no part of what is set.
    const expected = ofPayments.map((env) => env.replace(/_FILE$/, ''));
    expect([...named].sort()).toEqual(expected.sort());
    for (const [, name = '', value = ''] of page.matchAll(/`(ORDERSCTL_SIMULATED_[A-Z_]+)=([^`]+)`/g)) {
      const entry = Object.entries(SETTINGS).find(([, setting]) => setting.env === name);
      const shape = configSchema.shape[entry?.[0] as keyof typeof SETTINGS];
      expect([name, shape.safeParse(value).success]).toEqual([name, true]);
    }
  });
});
