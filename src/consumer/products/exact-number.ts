/** Reads a number of a JSON text as it was written. */

const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/gs;

/**
 * `JSON.parse` makes 49.9 of 49.900000000000000001 and says nothing.
 * @param json valid JSON of an object
 * @param name of a field of that object which is a number
 * @returns its digits
 */
export function exactNumber(json: string, name: string): string {
  const quoted = json.replace(STRING_OR_NUMBER, (token) => (token.startsWith('"') ? token : `"${token}"`));
  return String((JSON.parse(quoted) as Record<string, unknown>)[name]);
}
