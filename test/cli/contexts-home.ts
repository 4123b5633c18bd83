/** A home folder with contexts, for tests. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ContextsHome {
  /** XDG_CONFIG_HOME. */
  readonly folder: string;
  readonly file: string;
  /** For a command. */
  readonly env: Readonly<Record<string, string>>;
  /** @param mode of the file */
  write(contents: unknown, mode?: number): void;
  remove(): void;
}

export function makeContextsHome(contents?: unknown): ContextsHome {
  const folder = mkdtempSync(join(tmpdir(), 'ordersctl-contexts-'));
  const file = join(folder, 'ordersctl', 'contexts.json');
  const home: ContextsHome = {
    folder,
    file,
    env: { XDG_CONFIG_HOME: folder },
    write(given, mode = 0o600) {
      mkdirSync(join(folder, 'ordersctl'), { recursive: true });
      writeFileSync(file, typeof given === 'string' ? given : JSON.stringify(given));
      chmodSync(file, mode);
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
  if (contents !== undefined) home.write(contents);
  return home;
}
