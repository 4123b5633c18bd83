/** Keeps one bad row from harming its neighbours. */
import { isDataError } from './postgres-errors.js';

/**
 * Runs a batch; when the database refuses its data, runs each half by itself, and so on until the rows at fault
 * stand alone. One bad row among n costs about 2 log₂ n further calls.
 * @param run all or nothing for the rows it is given, so never inside a transaction
 * @param reject answers a row that cannot be stored
 * @throws whatever `run` throws that is not an error of the data
 */
export async function splitOnDataError<R>(
  rows: readonly R[],
  run: (rows: readonly R[]) => Promise<void>,
  reject: (row: R, reason: string) => void,
): Promise<void> {
  if (rows.length === 0) return;
  try {
    await run(rows);
  } catch (error) {
    if (!isDataError(error)) throw error;
    const [only] = rows;
    if (only !== undefined && rows.length === 1) {
      reject(only, error instanceof Error ? error.message : 'data error');
      return;
    }
    const middle = rows.length >> 1;
    await splitOnDataError(rows.slice(0, middle), run, reject);
    await splitOnDataError(rows.slice(middle), run, reject);
  }
}
