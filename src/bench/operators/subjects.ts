/** The commands that are measured, as an operator types them. */
import type { Db } from '../../core/postgres/db.js';
import { PRODUCT_PREFIX } from './fill-shop.js';

export interface Subject {
  readonly args: readonly string[];
  /** Of store time. */
  readonly atMostMs: number;
}

const LOOK_MS = 300;
const AUDIT_MS = 10_000;

/** @param db of a filled shop, for orders to inspect */
export async function createSubjects(db: Db): Promise<Subject[]> {
  const look = (...args: string[]): Subject => ({ args, atMostMs: LOOK_MS });
  const product = `${PRODUCT_PREFIX}1`;
  return [
    look('list'),
    look('list', '--status', 'PAYMENT_PENDING'),
    look('list', '--status', 'FAILED', '--product', product),
    look('list', '--product', product, '--older-than', '300d'),
    look('list', '--user', 'buyer-7919'),
    look('list', '--since', '1h', '--limit', '500'),
    look('inspect', await someOrder(db, 'PAYMENT_PENDING')),
    look('inspect', await someOrder(db, 'CONFIRMED')),
    look('replay', '--dry-run'),
    look('replay', '--dry-run', '--product', product),
    { args: ['audit'], atMostMs: AUDIT_MS },
    { args: ['audit', '--product', product], atMostMs: AUDIT_MS },
  ];
}

async function someOrder(db: Db, status: string): Promise<string> {
  const { rows } = await db.query<{ order_id: string }>({
    text: `select order_id from orders where status = $1 order by created_at desc limit 1`,
    values: [status],
  });
  return rows[0]?.order_id ?? '';
}
