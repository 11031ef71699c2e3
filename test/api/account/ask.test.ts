import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { ask, readSecret } from '../../../infra/account/ask.ts';

/** Somebody at a keyboard who types that as soon as they are asked. */
const typing = (keys: string) => {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const output = new PassThrough();
  let shown = '';
  output.once('data', () => input.write(keys));
  output.on('data', (text) => {
    shown += text;
  });
  return { terminal: { input, output }, shown: () => shown };
};

it('asks for a secret without showing what is typed, corrected, or how long it is', async () => {
  const { terminal, shown } = typing('abcXY\x7f\x7fdef\r');
  expect(await readSecret('AppSecret: ', terminal)).toBe('abcdef');
  expect(shown()).toBe('AppSecret: \n');
});

it('shows what is typed where it is no secret', async () => {
  const { terminal, shown } = typing('oa-main\r');
  expect(await ask('Its id: ', terminal)).toBe('oa-main');
  expect(shown()).toContain('oa-main');
});

it.each([
  ['Ctrl-C', '\x03', 'Interrupted'],
  ['Ctrl-D', '\x04', 'CommandFailure'],
  ['Enter', '\r', 'CommandFailure'],
])('%s instead of a secret ends it', async (_, keys, name) => {
  await expect(readSecret('AppSecret: ', typing(keys).terminal)).rejects.toMatchObject({ name });
});
