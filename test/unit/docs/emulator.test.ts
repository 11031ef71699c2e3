import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const named = [...readFileSync('docs/emulator.md', 'utf8').matchAll(/`(test\/[^`]+)`/g)].map(([, path = '']) => path);

it('names only tests that are there for what the emulator leaves out', () => {
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});
