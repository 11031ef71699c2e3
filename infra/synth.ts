import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { waybill } from './app.ts';
import { buildFunctions } from './build.ts';
import { stages, variants } from './variants.ts';

/** The CDK's check of property names and values: here its warnings count as well. */
const strict = { '@aws-cdk/core:strictCfnValidateErrors': true };

// Without credentials or network: nothing of the caller's environment is looked at.
await buildFunctions();
for (const [name, context] of Object.entries(variants)) {
  const outdir = join('cdk.out', name);
  rmSync(outdir, { recursive: true, force: true });
  try {
    const { stacks } = waybill({ context: { ...strict, ...context }, env: {}, functions: 'dist', stages, outdir }).synth();
    const resources = stacks.map((stack) => `${stack.stackName} ${Object.keys(stack.template.Resources).length} resources`);
    console.log(`${outdir}: ${resources.join(', ')}`);
  } catch (error) {
    // A finding of cdk-nag arrives here too; the other variants are worth knowing about all the same.
    console.error(`${outdir}: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
