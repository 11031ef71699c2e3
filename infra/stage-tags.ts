import type { StageConfig } from './stage-schema.ts';

/** On everything that belongs to a stage and takes tags: what its deployment makes, and what is made later. */
export const tagsOf = ({ tags, stage }: Pick<StageConfig, 'tags' | 'stage'>): Record<string, string> => ({
  ...tags,
  service: 'waybill',
  stage,
});
