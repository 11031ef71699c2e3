import { rmSync } from 'node:fs';
import * as z from 'zod';
import { waybill } from '../../infra/app.ts';
import { defaults } from '../../infra/stage-defaults.ts';

/**
 * Stage `local`, as local/synthesize.ts makes it and by the same argument; but an account is due again at every run of the schedule, and a
 * sync whose execution is gone at the next.
 */
const argument = z.object({ functions: z.string(), outdir: z.string(), context: z.record(z.string(), z.string()) });
const { functions, outdir, context } = argument.parse(JSON.parse(process.argv[2] ?? ''));
rmSync(outdir, { recursive: true, force: true });
Object.assign(defaults.local.sync, { every_s: 20, stalled_after_s: 30, resume_at_most_every_s: 30 });
waybill({ env: process.env, functions, outdir, context, builtinCloudFormationValidation: false }).synth();
