import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { generated } from '../../../docs/generated.ts';

it.each(Object.entries(await generated()))('%s says what the code does; `npm run docs` writes it anew', (path, content) => {
  expect(readFileSync(path, 'utf8')).toBe(content);
});
