import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { readOptions } from '../../../local/simulator/cli-options.ts';

const cli = 'local/simulator/cli.ts';

const run = (...options: string[]) => {
  const child = spawn(process.execPath, [cli, ...options]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => {
    output.stdout += text;
  });
  child.stderr.on('data', (text) => {
    output.stderr += text;
  });
  return { child, output, ended: once(child, 'close').then(([status]) => ({ status, ...output })) };
};

it.each(['SIGINT', 'SIGTERM'] as const)('prints lines that work in a shell as they stand, and ends with status 0 on %s', async (signal) => {
  const { child, output, ended } = run('--port', '0');
  await once(child.stdout, 'data');
  const script = output.stdout.slice(output.stdout.indexOf('# Get a token'));
  const { stdout } = await promisify(execFile)('sh', ['-c', script]);
  expect(stdout).toMatch(/"errcode":89505.*"truth": "sending".*"stable_token_ends_at": "2/s);
  child.kill(signal);
  expect(await ended).toMatchObject({ status: 0, stderr: '' });
});

it('says in one line that the port is taken', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? String(address.port) : '';
  expect(await run('--port', port).ended).toEqual({
    status: 1,
    stdout: '',
    stderr: `Port ${port} is taken: choose another one with --port.\n`,
  });
});

it.each([
  ['--bogus', ['--bogus', '1']],
  ['--window', ['--window', '-5']],
  ['--host', ['--host', '0.0.0.0']],
  ['stray', ['stray']],
])('ends with status 1 and one line that names %s', async (name, options) => {
  const { status, stdout, stderr } = await run(...options).ended;
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain(name);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});

it.each([
  [{ port: 'x' }, '--port must be a number from 0 to 65535.'],
  [{ port: '65536' }, '--port must be a number from 0 to 65535.'],
  [{ host: '192.168.1.1' }, '--host must be this machine: 127.0.0.1, ::1 or localhost.'],
  [{ protection: 'maybe' }, '--protection must be on or off.'],
  [{ administrator: 'confirm:soon' }, '--administrator must be confirm, refuse or sleep, and may be followed by seconds: confirm:20.'],
  [{ sending: '1.5' }, '--sending must be a number of seconds.'],
  [{ appid: '' }, '--appid must not be empty.'],
  [{ 'push-url': 'callback' }, '--push-url must be an http or https URL.'],
  [{ 'push-url': 'http://x/', 'push-token': 'a b' }, '--push-token must be 3 to 32 letters and digits.'],
  [{ 'push-url': 'http://x/', 'push-key': 'short' }, '--push-key must be 43 letters and digits.'],
  [{ 'push-url': 'http://x/', 'push-mode': 'safe' }, '--push-key is needed in modes compat and safe.'],
  [{ 'push-mode': 'safest' }, '--push-mode must be plain, compat or safe.'],
  [{ 'push-token': 'abc' }, '--push-token needs --push-url.'],
])('refuses %o', (values, line) => {
  expect(readOptions(values)).toBe(line);
});

it('takes every option', () => {
  const values = {
    port: '0',
    host: '::1',
    appid: 'a',
    secret: 's',
    protection: 'off',
    administrator: 'refuse:20',
    window: '60',
    sending: '1',
    'push-url': 'http://127.0.0.1:3000/callback',
    'push-token': 'abc',
    'push-key': 'k'.repeat(43),
    'push-mode': 'compat',
  };
  expect(readOptions(values)).toEqual({
    port: 0,
    host: '::1',
    account: {
      appid: 'a',
      secret: 's',
      protection: false,
      administrator: { action: 'refuse', afterSeconds: 20 },
      push: { url: 'http://127.0.0.1:3000/callback', token: 'abc', encoding_aes_key: 'k'.repeat(43), mode: 'compat' },
    },
    confirmationWindowSeconds: 60,
    sendingSeconds: 1,
  });
});
