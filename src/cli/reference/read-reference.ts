/** The contents of docs/commands.md. */
import { makeDetachedProgram } from './detached-program.js';
import { renderReference } from './render-reference.js';

export async function readReference(): Promise<string> {
  return renderReference(await makeDetachedProgram());
}
