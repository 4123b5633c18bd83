/** The figures that replicas leave behind in a sale: a history, and then those of each second. */
import type { Db } from '../../core/postgres/db.js';

/** Two replicas of each role, each with every product in each second. */
const FIGURES = `
  insert into role_stats (role, replica, product_id, second, counts, latency)
  select role, replica, product, date_trunc('second', now()) + n * interval '1 second', counts::jsonb, latency::jsonb
  from generate_series(-$2::int, 0) n, unnest($1::text[]) as product, unnest(array['a', 'b']) as replica,
    (values
      ('serve', '{"accepted": 812, "repeated": 40, "SOLD_OUT": 2811, "CUSTOMER_LIMIT": 12, "published": 810}',
        '{"accept": {"3": 120, "4": 300, "5": 200, "6": 100, "8": 50, "10": 20, "12": 12, "15": 5, "22": 3, "40": 2}}'),
      ('consume', '{"started": 160, "skipped": 2}',
        '{"start": {"12": 20, "22": 60, "40": 40, "60": 20, "90": 10, "165": 7, "300": 3}}'),
      ('worker', '{"confirmed": 150, "failed": 8, "released": 8, "published": 3}',
        '{"confirm": {"370": 10, "550": 40, "820": 60, "1250": 30, "1800": 8, "2700": 2}}')
    ) as r (role, counts, latency)
  on conflict do nothing`;

/** @param seconds how far back from now */
export async function fillFigures(db: Db, productIds: readonly string[], seconds: number): Promise<void> {
  await db.query({ text: FIGURES, values: [productIds, seconds] });
}
