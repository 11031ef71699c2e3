import { defineConfig } from 'vitest/config';

// Importing the CDK takes seconds, and tests over templates, like those of pure functions, change nothing they share.
const ring = (name: string) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], isolate: name !== 'infra' && name !== 'unit' },
});

/** `npm test` is all but `e2e`, which deploys into an emulator and needs Python. */
export default defineConfig({
  test: {
    testTimeout: 30_000,
    // By default one core is left idle: half of a small machine.
    maxWorkers: '100%',
    env: { POWERTOOLS_DEV: 'true', POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_SERVICE_NAME: 'waybill' },
    projects: ['unit', 'api', 'workflow', 'infra', 'faults', 'e2e'].map(ring),
  },
});
