import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildFunctions } from '../../infra/build.ts';
import '../support/environment.ts';

// `npm run bench -- import-time --runs 20`: how long each function takes to load, which is what a cold start adds to a call. Each run
// is a process of its own; what an empty process takes is subtracted. Compare within one run on one machine only.
const { values } = parseArgs({ options: { runs: { type: 'string', default: '11' } } });
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs takes a whole number of at least 1');

const timed = (code: string): number => {
  const begin = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return performance.now() - begin;
};
const median = (code: string): number =>
  Array.from({ length: runs }, () => timed(code)).sort((a, b) => a - b)[Math.floor(runs / 2)] ?? Number.NaN;

const folder = mkdtempSync(join(tmpdir(), 'waybill-bench-'));
try {
  await buildFunctions(folder);
  const empty = median('');
  console.log(`empty process ${empty.toFixed(0)} ms (median of ${runs})`);
  for (const path of globSync(join(folder, 'functions/*/*.mjs')).sort()) {
    const added = median(`await import(${JSON.stringify(path)}); process.exit(0)`) - empty;
    console.log(`${basename(path, '.mjs').padEnd(20)} +${added.toFixed(0)} ms`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
