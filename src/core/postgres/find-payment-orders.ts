/** Which orders a payment belongs to, by the id that its gateway gave it. */
import type { Db } from './db.js';

const REFERENCE_LENGTH = 200;

/** @returns order ids; more than one only when several gateways use the same reference */
export async function findPaymentOrders(db: Db, gatewayReference: string): Promise<string[]> {
  if (gatewayReference.length > REFERENCE_LENGTH) return [];
  const { rows } = await db.query<{ order_id: string }>({
    // The index leads with the gateway, of which there are few: each is found by one step along it.
    text: `with recursive gateways as (
             (select gateway from payments order by gateway limit 1)
             union all
             select (select y.gateway from payments y where y.gateway > g.gateway order by y.gateway limit 1)
             from gateways g where g.gateway is not null
           )
           select distinct p.order_id
           from gateways g cross join lateral (
             select y.order_id from payments y where y.gateway = g.gateway and y.gateway_reference = $1
           ) p`,
    values: [gatewayReference],
  });
  return rows.map((row) => row.order_id);
}
