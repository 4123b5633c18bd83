import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPriceCsv } from '../../../src/core/catalog/price-rows.js';
import { readStockCsv } from '../../../src/core/catalog/stock-rows.js';
import { AppError } from '../../../src/core/errors.js';

const stock = (text: string) => readStockCsv(text, 'stock.csv');
function complaint(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof AppError && error.code === 'INPUT_INVALID') return error.message;
    throw error;
  }
  throw new Error('accepted');
}

describe('stock', () => {
  it('reads products and units, each with its line', () => {
    expect(stock('productId,quantity\ntee,100\nmug,0\n')).toEqual([
      { productId: 'tee', quantity: 100, line: 2 },
      { productId: 'mug', quantity: 0, line: 3 },
    ]);
  });

  it('takes what spreadsheets write: byte order mark, CRLF, quotes, spaces, empty lines, columns swapped', () => {
    expect(stock('\uFEFFquantity,productId\r\n 5 , "T-shirt, XL" \r\n\r\n7,tee\r\n')).toEqual([
      { productId: 'T-shirt, XL', quantity: 5, line: 2 },
      { productId: 'tee', quantity: 7, line: 4 },
    ]);
  });

  it('names every bad line by its number, and takes none of the good ones', () => {
    const message = complaint(() =>
      stock('productId,quantity\na,1\nb,-1\nc,1.5\n,3\ne\nf,x\na,2\ng,{}\nh,9999999999'),
    );
    expect(message.split('\n').map((line) => line.trim())).toEqual([
      '8 lines of stock.csv cannot be used; nothing was changed:',
      'line 3: quantity "-1" is not a whole number from 0',
      'line 4: quantity "1.5" is not a whole number from 0',
      'line 5: productId is empty',
      'line 6: 1 columns, the headers name 2',
      'line 7: quantity "x" is not a whole number from 0',
      'line 8: a is on line 2 already',
      'line 9: quantity "{}" is not a whole number from 0',
      'line 10: quantity is above 1000000000',
    ]);
  });

  it('shows the first twenty bad lines and counts the rest', () => {
    const message = complaint(() => stock(`productId,quantity\n${'x,-1\n'.repeat(30)}`));
    expect(message).toContain('30 lines');
    expect(message).toContain('line 21:');
    expect(message).not.toContain('line 22:');
    expect(message).toContain('and 10 more');
  });

  it.each([
    ['an empty file', '', 'line 1: the headers productId,quantity are missing'],
    ['no rows', 'productId,quantity\n', 'line 2: no rows below the headers'],
    ['no headers', 'tee,100\n', 'line 1: the header productId is missing'],
    ['an unknown header', 'productId,quantity,note\na,1,x', 'line 1: the header "note" is not known'],
    ['a header twice', 'productId,quantity,quantity\na,1,1', 'line 1: the header quantity occurs twice'],
    ['an open quote', 'productId,quantity\n"tee,100\n', 'not readable as CSV'],
  ])('refuses %s', (_what, text, message) => {
    expect(complaint(() => stock(text))).toContain(message);
  });

  it.each(['a{b', 'a}b', 'a\u0007b', 'x'.repeat(65)])('refuses the product id %j', (productId) => {
    expect(complaint(() => stock(`productId,quantity\n${productId},1`))).toContain('line 2: productId');
  });

  it('either reads a text or names a line, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (body) => {
        try {
          expect(stock(`productId,quantity\n${body}`).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect((error as AppError).message).toMatch(/line \d+: /);
        }
      }),
    );
  });
});

describe('prices', () => {
  it('reads the currency from the price, else takes the one given', () => {
    expect(readPriceCsv('productId,price\ntee,49.90 EUR\nmug,USD 5', 'p', undefined)).toEqual([
      { productId: 'tee', price: { amountMinor: 4990, currency: 'EUR' }, line: 2 },
      { productId: 'mug', price: { amountMinor: 500, currency: 'USD' }, line: 3 },
    ]);
    expect(readPriceCsv('productId,price\nyen,500', 'p', 'JPY')[0]?.price).toEqual({
      amountMinor: 500,
      currency: 'JPY',
    });
  });

  it('never rounds and never guesses a currency', () => {
    const message = complaint(() =>
      readPriceCsv('productId,price\na,1.999 EUR\nb,5\nc,0 EUR\nd,1 XXQ', 'p', undefined),
    );
    expect(message).toContain('line 2: "1.999 EUR" has more decimals');
    expect(message).toContain('line 3: "5" is not a price; name the currency in it, or give --currency');
    expect(message).toContain('line 4:');
    expect(message).toContain('line 5:');
  });
});
