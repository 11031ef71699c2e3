import { spawnSync } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';

// `npm run bench` runs all of them, `npm run bench -- sync --members 1000` one, with its options. Each is a process of its own, so that
// none adds to what another needs of memory.
const benchmarks = { 'import-time': './import-time.ts', sync: './sync.ts', loops: './loops.ts' } as const;

const [wanted, ...options] = process.argv.slice(2);
const chosen = Object.entries(benchmarks).filter(([name]) => wanted === undefined || wanted === name);
if (chosen.length === 0) {
  console.error(`npm run bench [-- NAME [OPTIONS]], where NAME is one of ${Object.keys(benchmarks).join(', ')}`);
  process.exit(2);
}
for (const [name, file] of chosen) {
  // Who else uses the machine changes seconds, and no count.
  console.log(
    `\n== ${name}: ${availableParallelism()} cores, load ${loadavg()
      .map((load) => load.toFixed(1))
      .join(' ')}`,
  );
  const { status } = spawnSync(process.execPath, [...process.execArgv, fileURLToPath(new URL(file, import.meta.url)), ...options], {
    stdio: 'inherit',
    env: { ...process.env, POWERTOOLS_DEV: 'true', POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_SERVICE_NAME: 'waybill' },
  });
  if (status !== 0) process.exit(status ?? 1);
}
