/** The looks at one product that the checks of its go-live list share. */
import type { SaleInRedis } from '../../redis/read-sale.js';
import type { ProductRow } from '../../postgres/find-products.js';
import type { Check, Sources } from '../check.js';
import { measureDrift, type ProductDrift } from '../orders/quick-drift.js';

export interface ProductLooks {
  readonly productId: string;
  /** Undefined when there is no such product. */
  readonly product: (sources: Sources) => Promise<ProductRow | undefined>;
  readonly redis: (sources: Sources) => Promise<SaleInRedis>;
  /** Undefined without stock. */
  readonly drift: (sources: Sources) => Promise<ProductDrift | undefined>;
}

/** One line of the go-live list. */
export type SaleCheck = (looks: ProductLooks) => Check;

export function looksAt(productId: string): ProductLooks {
  return {
    productId,
    async product({ stores }) {
      const { findProducts } = await import('../../postgres/find-products.js');
      return (await findProducts(await stores.postgres(), [productId]))[0];
    },
    async redis({ stores, config }) {
      const { readSale } = await import('../../redis/read-sale.js');
      return readSale(await stores.redis(), config.prefix, productId);
    },
    drift: async (sources) => (await measureDrift(sources, [productId]))[0],
  };
}
