/** Makes requests of which at least one thing is wrong, whatever else is right. */
import fc from 'fast-check';

/** What is sent to `POST /orders`. */
export interface BadRequest {
  /** Null for none. */
  readonly authorization: string | null;
  readonly contentType: string | null;
  readonly key: string | undefined;
  readonly body: string | Uint8Array;
}

/** @param good of a request that would be accepted */
export function badRequests(good: { productId: string; token: string }): fc.Arbitrary<BadRequest> {
  const { productId } = good;
  const order = (fields: unknown) => JSON.stringify(fields);
  const right: BadRequest = {
    authorization: `Bearer ${good.token}`,
    contentType: 'application/json',
    key: undefined,
    body: order({ productId, quantity: 1 }),
  };
  const defects: fc.Arbitrary<Partial<BadRequest>>[] = [
    badQuantity.map((quantity) => ({ body: `{"productId":${order(productId)},"quantity":${quantity}}` })),
    badProductId.map((id) => ({ body: order({ productId: id, quantity: 1 }) })),
    fc.constantFrom({ productId }, { quantity: 1 }, {}, []).map((fields) => ({ body: order(fields) })),
    fc
      .tuple(fc.string({ minLength: 1 }), fc.jsonValue())
      .filter(([name]) => name !== 'productId' && name !== 'quantity')
      .map(([name, value]) => ({
        body: order(
          Object.fromEntries([
            ['productId', productId],
            ['quantity', 1],
            [name, value],
          ]),
        ),
      })),
    fc
      .jsonValue()
      .filter(isNoOrder)
      .map((value) => ({ body: order(value) })),
    fc.nat(String(right.body).length - 1).map((end) => ({ body: String(right.body).slice(0, end) })),
    fc.string({ minLength: 1 }).map((tail) => ({ body: `${String(right.body)}x${tail}` })),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => ({ body: new Uint8Array([0xff, ...bytes]) })),
    fc
      .integer({ min: 4_097, max: 20_000 })
      .map((length) => ({ body: `${' '.repeat(length)}${String(right.body)}` })),
    badAuthorization(good.token).map((authorization) => ({ authorization })),
    fc
      .constantFrom(
        null,
        '',
        'text/plain',
        'application/jsonp',
        'json',
        'application/x-www-form-urlencoded',
        '*/*',
      )
      .map((contentType) => ({ contentType })),
    badKey.map((key) => ({ key })),
  ];
  return fc
    .tuple(fc.oneof(...defects), fc.option(fc.oneof(...defects)))
    .map(([one, other]) => ({ ...right, ...other, ...one }));
}

/** As JSON text: `1.0` is the number 1, so it is not among them. */
const badQuantity = fc.oneof(
  fc.integer({ max: 0 }).map(String),
  fc.integer({ min: 10_001 }).map(String),
  fc.double({ noInteger: true, noNaN: true, noDefaultInfinity: true }).map(String),
  fc.constantFrom(
    '1e400',
    '-1e400',
    'NaN',
    'Infinity',
    '01',
    '+1',
    '0x1',
    '1n',
    '9007199254740993',
    '"1"',
    'null',
    'true',
  ),
  fc
    .jsonValue()
    .filter((value) => typeof value !== 'number')
    .map((value) => JSON.stringify(value)),
);

const badProductId = fc.oneof(
  fc.constantFrom('', 'a\0', '{', '}', 'a\u007fb', '\ud800', 'a\u0085'),
  fc.string({ minLength: 65, maxLength: 300 }),
  fc.jsonValue().filter((value) => typeof value !== 'string'),
);

/** Latin-1, as headers are. */
const headerText = (options: fc.StringConstraints) =>
  fc.string({
    ...options,
    unit: fc
      .integer({ min: 0x20, max: 0xff })
      .filter((c) => c !== 0x7f)
      .map((c) => String.fromCharCode(c)),
  });

const badKey = fc.oneof(
  fc.constantFrom('', ' ', '\t'),
  headerText({ minLength: 1, maxLength: 50 }).map((text) => `a${text}ä`),
  fc.integer({ min: 201, max: 2_000 }).map((length) => 'k'.repeat(length)),
);

function badAuthorization(token: string): fc.Arbitrary<string | null> {
  return fc.oneof(
    fc.constantFrom(
      null,
      '',
      'Bearer',
      'Bearer ',
      token,
      `Basic ${token}`,
      `Bearer ${token}, Bearer ${token}`,
    ),
    headerText({ maxLength: 300 }),
    headerText({ maxLength: 300 }).map((text) => `Bearer ${text}`),
    fc.integer({ min: 8_193, max: 12_000 }).map((length) => `Bearer ${'a'.repeat(length)}`),
    // The last character carries bits that are not part of the signature.
    fc.nat(token.length - 2).map((at) => {
      const other = token.charAt(at) === 'A' ? 'B' : 'A';
      return `Bearer ${token.slice(0, at)}${other}${token.slice(at + 1)}`;
    }),
  );
}

function isNoOrder(value: unknown): boolean {
  return typeof value !== 'object' || value === null || Array.isArray(value) || !('productId' in value);
}
