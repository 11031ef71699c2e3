import { globSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stopLeftover } from './emulator.ts';
import { commandLine } from './pid-file.ts';

/**
 * A folder below `root` for this process alone, so that several runs stand side by side. What killed runs of the same kind left behind is
 * ended and removed first.
 */
export const openRunFolder = async (root: string, kind: 'demo' | 'e2e'): Promise<string> => {
  mkdirSync(root, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(root)) {
    const [, of, owner] = /^([a-z0-9]+)-(\d+)$/.exec(name) ?? [];
    if (of === kind && !commandLine(Number(owner)).includes(`local/${kind}.ts`)) await removeRunFolder(join(root, name));
  }
  const folder = join(root, `${kind}-${process.pid}`);
  mkdirSync(folder, { mode: 0o700 });
  return folder;
};

/** Ends what is left of the emulators of a run, whose folders are `folder` or one level below it. */
export const stopLeftovers = async (folder: string): Promise<void> => {
  for (const file of globSync('{,*/}emulator.pid', { cwd: folder })) await stopLeftover(join(folder, dirname(file)));
};

export const removeRunFolder = async (folder: string): Promise<void> => {
  await stopLeftovers(folder);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
};
