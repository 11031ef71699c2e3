import { rmSync } from 'node:fs';
import { CfnWaitCondition, Stack } from 'aws-cdk-lib';
import * as z from 'zod';
import { waybill } from '../../infra/app.ts';

/**
 * Stage `local`, as local/synthesize.ts makes it and by the same argument; but when everything of its service is changed, CloudFormation
 * waits to be told whether that was well: what a deployment looks like in the middle, and how it fails there, does not depend on time.
 */
const argument = z.object({ functions: z.string(), outdir: z.string(), context: z.record(z.string(), z.string()) });
const { functions, outdir, context } = argument.parse(JSON.parse(process.argv[2] ?? ''));
rmSync(outdir, { recursive: true, force: true });
const app = waybill({ env: process.env, functions, outdir, context, builtinCloudFormationValidation: false });
const service = app.node.findChild('waybill-local-service');
if (!Stack.isStack(service)) throw new Error('the service is no stack any more');
const everything = service.node.children;
const hold = new CfnWaitCondition(service, 'Hold');
hold.cfnOptions.creationPolicy = { resourceSignal: { timeout: 'PT5M' } };
hold.node.addDependency(...everything);
app.synth();
