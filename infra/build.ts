import { globSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

/**
 * Bundles every function into one folder, which is one asset: what functions share is in chunks, loaded only by those that use it.
 * The handler of functions/x/y.ts is `functions/x/y.handler`. Never a folder `functions/x/y/` beside it: Lambda's loader tries the bare path first.
 */
export const buildFunctions = async (outdir = 'dist') => {
  rmSync(outdir, { recursive: true, force: true });
  await build({
    entryPoints: globSync('functions/**/*.ts'),
    outdir,
    outbase: '.',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    minify: true,
    keepNames: true, // an error's name is looked at
    sourcemap: true,
    sourcesContent: false,
    // Dependencies that are still CommonJS call require.
    banner: { js: "import{createRequire as __require}from'node:module';const require=__require(import.meta.url);" },
    logLevel: 'warning',
  });
};

if (import.meta.main) await buildFunctions();
