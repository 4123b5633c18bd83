/** What a report consists of, whatever form it is shown in: facts with labels, and tables. */

export interface Fact {
  readonly label: string;
  readonly value: string;
  /** What is behind the value. */
  readonly detail?: string;
}

export interface FactBlock {
  readonly title: string;
  readonly facts: readonly Fact[];
  /** How to read it. */
  readonly note?: string;
}

export interface ColumnTitle {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Characters at most where lines are short. */
  readonly most?: number;
}

export interface TableBlock {
  readonly title: string;
  readonly columns: readonly ColumnTitle[];
  readonly rows: readonly (readonly string[])[];
  /** Shown instead of a table without rows. */
  readonly empty: string;
  readonly note?: string;
}
