import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planProductEvents } from '../../../src/core/catalog/plan-product-events.js';
import type { ProductEvent } from '../../../src/core/catalog/product-event.js';
import type { DatedProduct } from '../../../src/core/postgres/lock-dated-products.js';

const NOW = new Date('2026-11-27T12:00:00Z');
const at = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const eur = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });

const event = (minutes: number, change: Partial<ProductEvent> = {}): ProductEvent => {
  const made = {
    productId: 'tee',
    eventType: 'PRICE_UPDATED',
    occurredAt: at(minutes),
    name: undefined,
    price: { text: '49.90', currency: 'EUR' },
    active: undefined,
    ...change,
  } as const;
  return { ...made, digest: JSON.stringify(made) };
};
const priced = (minutes: number, text: string, currency?: string) =>
  event(minutes, { price: { text, currency } });
const deactivated = (minutes: number) => event(minutes, { eventType: 'DEACTIVATED', price: undefined });

const known: DatedProduct = {
  productId: 'tee',
  name: 'T-Shirt',
  price: eur(4_990),
  active: true,
  priced: { at: at(-60), by: [] },
  switched: null,
};
const plan = (
  product: DatedProduct | undefined,
  events: readonly ProductEvent[],
  defaultCurrency?: string,
) => {
  const { after, outcomes } = planProductEvents(product, events, { now: NOW, defaultCurrency });
  return { after, kinds: events.map((one) => outcomes.get(one)?.kind), outcomes: [...outcomes.values()] };
};

describe('planning product events', () => {
  it('applies what is newer, in the order of events and not of arrival', () => {
    const { after, kinds } = plan(known, [
      priced(-10, '20'),
      priced(-20, '10'),
      priced(-5, '30'),
      priced(-90, '1'),
    ]);
    expect(kinds).toEqual(['applied', 'older', 'applied', 'older']);
    expect(after).toMatchObject({ name: 'T-Shirt', price: eur(3_000), active: true });
  });

  it('changes nothing for an event that is read again', () => {
    const first = priced(-10, '20');
    const { after } = plan(known, [first]);
    expect(plan(after, [first])).toMatchObject({ after: undefined, kinds: ['repeated'] });
  });

  it('applies two events of one millisecond, and neither again', () => {
    const [first, second] = [priced(-10, '20'), priced(-10, '30')];
    const { after, kinds } = plan(known, [first, second, { ...first }, { ...second }]);
    expect(kinds).toEqual(['applied', 'applied', 'repeated', 'repeated']);
    expect(after?.price).toEqual(eur(3_000));
  });

  it('comes to the same in whatever order, and however often, the events arrive', () => {
    const one = fc.record({
      eventType: fc.constantFrom('CREATED', 'PRICE_UPDATED', 'DEACTIVATED'),
      cents: fc.integer({ min: 1, max: 99_999 }),
      active: fc.constantFrom(true, false, undefined),
    });
    const events = fc.array(one, { minLength: 1, maxLength: 12 }).map((made) =>
      made.map(({ eventType, cents, active }, n) =>
        event(n - 20, {
          eventType: eventType,
          price:
            eventType === 'DEACTIVATED' ? undefined : { text: (cents / 100).toFixed(2), currency: 'EUR' },
          active,
        }),
      ),
    );
    const shuffled = events.chain((made) =>
      fc.tuple(fc.constant(made), fc.shuffledSubarray([...made, ...made], { minLength: 2 * made.length })),
    );
    fc.assert(
      fc.property(shuffled, ([inOrder, anyhow]) => {
        expect(plan(undefined, anyhow).after).toEqual(plan(undefined, inOrder).after);
      }),
    );
  });

  it('dates activity apart: neither a price command nor a later price undoes a DEACTIVATED that comes late', () => {
    const { after, kinds } = plan(known, [priced(-10, '20'), deactivated(-90)]);
    expect(kinds).toEqual(['applied', 'applied']);
    expect(after).toMatchObject({ price: eur(2_000), active: false });
  });

  it('sells again after a later CREATED, or a later event that says active', () => {
    const off = plan(known, [deactivated(-30)]).after;
    expect(plan(off, [priced(-20, '20')]).after).toMatchObject({ active: false, price: eur(2_000) });
    expect(plan(off, [event(-20, { active: true })]).after).toMatchObject({ active: true });
    expect(plan(off, [event(-20, { eventType: 'CREATED' })]).after).toMatchObject({ active: true });
    expect(plan(off, [event(-40, { eventType: 'CREATED' })]).after).toMatchObject({ active: false });
    expect(plan(off, [event(-20, { eventType: 'CREATED', active: false })]).after).toMatchObject({
      active: false,
    });
  });

  it('stops the sale when an event says DEACTIVATED and active', () => {
    const both = event(-5, { eventType: 'DEACTIVATED', price: undefined, active: true });
    expect(plan(known, [both]).after).toMatchObject({ active: false });
  });

  it('takes the currency from the event, the product or the configuration, in that order', () => {
    expect(plan(known, [priced(-1, '500', 'JPY')], 'USD').after?.price).toEqual({
      amountMinor: 500,
      currency: 'JPY',
    });
    expect(plan(known, [priced(-1, '5.00 USD')]).after?.price).toEqual({ amountMinor: 500, currency: 'USD' });
    expect(plan(known, [priced(-1, '5')], 'USD').after?.price).toEqual(eur(500));
    expect(plan(undefined, [priced(-1, '5')], 'USD').after).toMatchObject({
      name: 'tee',
      price: { amountMinor: 500, currency: 'USD' },
    });
  });

  it.each([
    ['more decimals than the currency has', priced(-1, '49.999')],
    ['decimals of a currency without', priced(-1, '500.5', 'JPY')],
    ['an exponent', priced(-1, '4.99e1')],
    ['a negative price', priced(-1, '-5')],
    ['nothing at all', priced(-1, '0')],
    ['NaN', priced(-1, 'NaN')],
    ['infinity', priced(-1, 'Infinity')],
    ['a comma', priced(-1, '49,90')],
    ['more than money comes in', priced(-1, '9999999999999')],
    ['a number that was no exact decimal', priced(-1, '49.900000000000000001')],
    ['two currencies', priced(-1, '5 USD', 'EUR')],
    ['a currency that there is not', priced(-1, '5', 'ZZZ')],
    ['a time that is still to come', priced(6, '5')],
  ])('refuses %s, says why, and applies the others', (_name, bad) => {
    const { after, kinds, outcomes } = plan(known, [priced(-10, '20'), bad, priced(0, '30')]);
    expect(kinds).toEqual(['applied', 'refused', 'applied']);
    expect(outcomes[1]).toHaveProperty('detail', expect.stringMatching(/.{10}/));
    expect(after?.price).toEqual(eur(3_000));
  });

  it('asks for the currency when nobody has said it, and changes nothing by halves', () => {
    const { after, outcomes } = plan(undefined, [
      event(-1, { eventType: 'CREATED', price: { text: '5', currency: undefined } }),
    ]);
    expect(after).toBeUndefined();
    expect(outcomes[0]).toHaveProperty('detail', expect.stringContaining('ORDERSCTL_CURRENCY'));
  });
});
