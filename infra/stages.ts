import type { StageDeclaration } from './stage-schema.ts';

/**
 * The stages there are: the file to edit. Each is `like` dev or prod (stage-defaults.ts) but for what is said here; what can be
 * said, and why, is in stage-schema.ts. Several stages can live in one account and region: nothing they own has the same name.
 *
 *   'prod-eu': {
 *     like: 'prod',
 *     account: '111122223333',
 *     region: 'eu-central-1',
 *     permissionsBoundary: 'platform-boundary',
 *     tags: { 'cost-center': '4711' },
 *   },
 */
export const stages = {
  dev: { like: 'dev' },
  prod: { like: 'prod' },
} satisfies Readonly<Record<string, StageDeclaration>>;
