/**
 * Commands of the guide that the program does not know yet. A test fails as soon as it knows one: then the line goes,
 * and the command is run like the others.
 */
export const PENDING: ReadonlySet<string> = new Set();
