import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { waybill } from './app.ts';
import { buildFunctions } from './build.ts';
import { stages as declared } from './stages.ts';
import { stages as ours, variants } from './variants.ts';

/** The CDK's check of property names and values: here its warnings count as well. */
const strict = { '@aws-cdk/core:strictCfnValidateErrors': true };

// Without credentials or network: nothing of the caller's environment is looked at.
await buildFunctions();
const everything = [
  ...Object.entries(variants)
    .filter(([name]) => !Object.hasOwn(declared, name))
    .map(([name, context]) => ({ name, context, stages: ours })),
  // What would be deployed.
  ...Object.keys(declared).map((name) => ({ name, context: { stage: name }, stages: declared })),
];
rmSync('cdk.out', { recursive: true, force: true });
for (const { name, context, stages } of everything) {
  const outdir = join('cdk.out', name);
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
