/** What an operation needs of a connection: satisfied by the pool and by one client of it inside a transaction. */

/**
 * A statement with a name is prepared once per connection under that name, and its plan may be kept for ever: only
 * for calls of our functions, which pin their plans, and for look-ups by a unique key. A plan made for the empty tables
 * before a sale scans the full ones (seen for `order_id = any($1)`), so everything else is planned anew.
 */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

export interface QueryResult<R> {
  readonly rows: R[];
  /** Rows changed or returned; null for statements that count none. */
  readonly rowCount: number | null;
}

export interface Db {
  /**
   * Runs one statement with `$n` parameters.
   * @throws AppError UNAVAILABLE or SCHEMA_MISSING (see postgres-errors.ts); any other database error as `pg` gives it
   */
  query<R>(statement: string | Statement, values?: readonly unknown[]): Promise<QueryResult<R>>;
}
