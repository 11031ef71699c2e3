import { rmSync } from 'node:fs';
import * as z from 'zod';
import { waybill } from '../infra/app.ts';

/**
 * Synthesizes stage `local` in a process of its own: it is busy for seconds, and meanwhile the simulator would not answer.
 * Argument: JSON with the folder of the built functions, the folder to write, and the application's context.
 */
const argument = z.object({ functions: z.string(), outdir: z.string(), context: z.record(z.string(), z.string()) });
const { functions, outdir, context } = argument.parse(JSON.parse(process.argv[2] ?? ''));
rmSync(outdir, { recursive: true, force: true });
// Without the CDK's own check of property names, which takes some seconds to load: `npm run synth` has it.
waybill({ env: process.env, functions, outdir, context, builtinCloudFormationValidation: false }).synth();
