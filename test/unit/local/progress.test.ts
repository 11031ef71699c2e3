import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { createProgress } from '../../../local/progress.ts';

const opened = ({ isTTY, columns = 80 }: { isTTY: boolean; columns?: number }) => {
  const out = Object.assign(new PassThrough(), { isTTY, columns });
  return { progress: createProgress(out as unknown as NodeJS.WriteStream), written: () => String(out.read() ?? '') };
};

it('a status is written over on a terminal, and stays below the lines', () => {
  const { progress, written } = opened({ isTTY: true });
  progress.status('one', 'instead');
  progress.line('a line');
  progress.status('two');
  expect(written()).toBe('\r\x1b[2Kone\r\x1b[2Ka line\n\r\x1b[2Kone\r\x1b[2Ktwo');
});

it('a status longer than the terminal is wide is cut, for what is in a second line cannot be written over', () => {
  const { progress, written } = opened({ isTTY: true, columns: 10 });
  progress.status('\x1b[36mcoloured\x1b[39m');
  progress.status('\x1b[36mcoloured\x1b[39m and longer');
  expect(written()).toBe('\r\x1b[2K\x1b[36mcoloured\x1b[39m\r\x1b[2Kcoloured ');
});

it('off a terminal nothing is written over: what is said instead comes once, as a line', () => {
  const { progress, written } = opened({ isTTY: false });
  progress.status('bar 1', 'reads');
  progress.status('bar 2', 'reads');
  progress.status('bar 3');
  progress.status('bar 4', 'adds up');
  expect(written()).toBe('reads\nadds up\n');
});
