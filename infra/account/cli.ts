import { setTimeout as sleep } from 'node:timers/promises';
import { stages } from '../stages.ts';
import { runCli } from './run-cli.ts';

process.exitCode = await runCli(process.argv.slice(2), {
  terminal: { input: process.stdin, output: process.stderr },
  print: (text) => console.log(text),
  remark: (text) => console.error(text),
  now: () => new Date(),
  sleep,
  stages,
});
