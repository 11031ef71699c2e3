import { loadStageConfig } from '../../infra/stage-config.ts';

/** The numbers that production runs with. */
export const prodSync = loadStageConfig({ stage: 'prod' }, {}).sync;
