/** Where this dashboard looks, and what it may do there: fixed for as long as it runs. */

export interface Place {
  /** Host and database, so that nobody watches the wrong sale. */
  readonly where: string;
  /** Name of the context in use; null without one. */
  readonly context: string | null;
  readonly production: boolean;
  readonly readOnly: boolean;
  /** --allow-actions was given. */
  readonly allowActions: boolean;
  /** Makes a command reach this place when it is pasted. */
  readonly commandIn: (command: string | null) => string | null;
}
