/** What a kept demo tells the command that started it, until that command has heard the report and leaves. */
import { z } from 'zod';
import type { DemoReport } from '../../bench/demo/report.js';
import { ERROR_CODES, type ErrorCode } from '../../core/errors.js';

const reportSchema = z.custom<DemoReport>(
  (value) => z.looseObject({ schemaVersion: z.literal(1), verdict: z.string() }).safeParse(value).success,
);

export const keeperMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('line'), text: z.string() }),
  z.object({ kind: z.literal('status'), text: z.string() }),
  z.object({ kind: z.literal('report'), report: reportSchema }),
  z.object({
    kind: z.literal('failed'),
    code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
    message: z.string(),
    hint: z.string().optional(),
  }),
]);
export type KeeperMessage = z.output<typeof keeperMessageSchema>;
