/** How a long run tells what it does. */
export interface Voice {
  /** A step that is done. */
  line(text: string): void;
  /** How far the present step is; replaces the one before. */
  status(text: string): void;
}
