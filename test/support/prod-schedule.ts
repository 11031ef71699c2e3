import { loadStageConfig } from '../../infra/stage-config.ts';

/** The numbers that production runs with. */
export const prodSchedule = loadStageConfig({ stage: 'prod' }, {}).tracking;
