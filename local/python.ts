import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.ts';
import { LocalFailure } from './failure.ts';
import { commandLine } from './pid-file.ts';
import type { Progress } from './progress.ts';

const emulatorVersion = '1.5.33';
/** Without cryptography its JWT authorizers answer 401 to everyone. */
const requirements = [`ministack==${emulatorVersion}`, 'cryptography==50.0.2'];

const candidates = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
/** Debian packs ensurepip, which venv needs, apart from Python itself. */
const probe = `
import sys
try:
    import venv, ensurepip
    whole = 1
except ImportError:
    whole = 0
print(sys.version_info[0], sys.version_info[1], whole)`;

/**
 * The Python with the emulator in it: an environment of our own below `root`, made once for each version (107 MB).
 * @throws {LocalFailure} when there is no Python 3.10 with venv, or pip fails.
 */
export const preparePython = async (root: string, progress: Progress, signal: AbortSignal): Promise<string> => {
  const { python, version } = findPython();
  const folder = join(root, `venv-${emulatorVersion}-py${version}`);
  mkdirSync(root, { recursive: true, mode: 0o700 });
  removeUnfinished(root);
  if (existsSync(interpreter(folder))) return interpreter(folder);
  // Takes its name when it is whole: neither a broken attempt nor another process's one is ever used.
  const unfinished = `${folder}.making-${process.pid}`;
  const options = { cwd: root, env: process.env, log: join(root, 'pip.log'), signal };
  try {
    await progress.step(`Installing the emulator, once (MiniStack ${emulatorVersion}, about 110 MB)`, async () => {
      await runCommand('Making a Python environment', python, ['-m', 'venv', unfinished], options);
      const pip = ['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', '--progress-bar', 'off', '--retries', '1'];
      await runCommand('Installing the emulator (is there a network?)', interpreter(unfinished), [...pip, ...requirements], options);
    });
    if (!existsSync(interpreter(folder))) {
      rmSync(folder, { recursive: true, force: true }); // its Python has gone from this machine
      renameSync(unfinished, folder);
    }
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return interpreter(folder);
};

const interpreter = (folder: string) =>
  process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');

const findPython = (): { python: string; version: string } => {
  let lacking =
    'Python 3.10 or newer is needed, and none was found on the PATH: install it (Debian, Ubuntu: apt install python3 python3-venv).';
  for (const python of candidates) {
    const [major = 0, minor = 0, whole = 0] = (spawnSync(python, ['-c', probe], { encoding: 'utf8' }).stdout ?? '').split(' ').map(Number);
    if (major !== 3 || minor < 10) continue;
    if (whole === 1) return { python, version: `${major}.${minor}` };
    lacking = `Python ${major}.${minor} lacks its venv module: install it (Debian, Ubuntu: apt install python3-venv).`;
  }
  throw new LocalFailure(lacking);
};

const removeUnfinished = (root: string) => {
  for (const name of readdirSync(root)) {
    const maker = /\.making-(\d+)$/.exec(name)?.[1];
    if (maker !== undefined && commandLine(Number(maker)) === '') rmSync(join(root, name), { recursive: true, force: true });
  }
};
