/** Notes that the gateway will not give money back, and hands the order to a person. */
import type { Db } from './db.js';

export interface RefusedRefund {
  readonly orderId: string;
  readonly attempt: number;
  /** The gateway's own code; for operators, never shown to buyers. */
  readonly code: string;
  /** A sentence for the person who has to decide. */
  readonly reviewReason: string;
}

/** The longest code that is kept. */
const CODE_LENGTH = 100;

/** @returns false when it was refused before, or the money went back meanwhile */
export async function refuseRefund(db: Db, refused: RefusedRefund): Promise<boolean> {
  const { orderId, attempt, code, reviewReason } = refused;
  const { rows } = await db.query<{ done: boolean }>({
    name: 'refuse_refund',
    text: 'select refuse_refund($1, $2, $3, $4) as done',
    values: [orderId, attempt, code.slice(0, CODE_LENGTH), reviewReason],
  });
  return rows[0]?.done ?? false;
}
