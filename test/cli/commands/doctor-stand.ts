/** A shop as `doctor` finds it. */
import type { VerdictStatus } from '../../../src/core/doctor/verdict.js';
import { createShop, type Shop } from '../../core/catalog/shop.js';
import { runJson } from '../run-command.js';

export interface DoctorJson {
  readonly ok: boolean;
  readonly verdict: 'GO' | 'NO GO' | null;
  readonly checks: readonly {
    readonly id: string;
    readonly group: string;
    readonly productId: string | null;
    readonly status: VerdictStatus;
    readonly message: string;
    readonly remedy: string | null;
  }[];
  readonly blockers: readonly { readonly id: string; readonly productId: string | null }[] | null;
  readonly unavailable: readonly { readonly store: string; readonly reason: string }[];
}

export type DoctorLine = DoctorJson['checks'][number];

export interface DoctorStand {
  readonly shop: Shop;
  /** @throws when it ends with another exit code, or has no such line */
  readonly doctor: (
    args: readonly string[],
    code: number,
    env?: Readonly<Record<string, string>>,
  ) => Promise<DoctorJson & { line(id: string, productId?: string | null): DoctorLine }>;
}

/** Longer than a busy machine takes. */
export const PATIENT = ['--timeout', '30s'];

export async function createDoctorStand(name: string): Promise<DoctorStand> {
  const shop = await createShop(name);
  return {
    shop,
    async doctor(args, code, env = {}) {
      const report = await runJson<DoctorJson>(
        ['doctor', ...PATIENT, ...args],
        { env: { ...shop.space.environment, ...env } },
        code,
      );
      return {
        ...report,
        line(id, productId = null) {
          const found = report.checks.find((check) => check.id === id && check.productId === productId);
          if (!found) throw new Error(`no line ${id}: ${report.checks.map((check) => check.id).join(', ')}`);
          return found;
        },
      };
    },
  };
}
