import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadStageConfig } from '../../infra/stage-config.ts';
import { functionsOf, inWords, synth, variantNames, variants } from './synthesized.ts';

/** Set for Node and for the logger; no handler parses them. */
const forTheRuntime = ['NODE_OPTIONS', 'POWERTOOLS_SERVICE_NAME'];

const machineArn = 'arn:aws:states:eu-west-1:111122223333:stateMachine:tracking';

/** Own variables of every function, in words. */
const environments = (variant: (typeof variantNames)[number]) => {
  const templates = synth(variant);
  const words = inWords(templates);
  return functionsOf(templates.service).map(({ entry, properties }) => {
    const variables = Object.entries<unknown>(properties['Environment'].Variables);
    return {
      entry,
      variables: variables.filter(([name]) => !forTheRuntime.includes(name)).map(([name, value]) => [name, words(value)] as const),
    };
  });
};

/** Loads a handler as Lambda does at its start, when it parses its environment. */
const load = (entry: string, variables: (readonly [string, string])[]) => {
  vi.resetModules();
  for (const [name, value] of variables) vi.stubEnv(name, value === 'MassMessageTrackingMachine' ? machineArn : value);
  return import(/* @vite-ignore */ new URL(`../../functions/${entry}.ts`, import.meta.url).href);
};
afterEach(() => vi.unstubAllEnvs());

describe('a function starts in the environment it is given, and needs all of it', () => {
  it.each(environments('prod'))('$entry', async ({ entry, variables }) => {
    await expect(load(entry, variables)).resolves.toHaveProperty('handler');
    for (const [missing] of variables) {
      vi.unstubAllEnvs();
      const others = variables.filter(([name]) => name !== missing);
      await expect(load(entry, others), `${missing} is given and not read`).rejects.toThrow(`→ at ${missing}`);
    }
  });
});

it.each(variantNames)('means the same by a name in every function of %s', (variant) => {
  const { stage, upstream, tracking } = loadStageConfig(variants[variant], {});
  const meant: Record<string, string> = {
    ACCOUNTS_TABLE: 'Accounts',
    MASS_MESSAGES_TABLE: 'MassMessages',
    TOKENS_PREFIX: `waybill/${stage}/tokens/`,
    CREDENTIALS_PREFIX: `waybill/${stage}/credentials/`,
    REFRESH_TOKEN_FUNCTION: 'accounts/refresh-token',
    OFFICIAL_ACCOUNT_URL: upstream.officialAccountUrl,
    TRACKING_SCHEDULE: JSON.stringify(tracking),
    TRACKING_STATE_MACHINE: 'MassMessageTrackingMachine',
    EVENT_BUS: 'Events',
  };
  for (const { entry, variables } of environments(variant))
    for (const [name, value] of variables) expect(value, `${name} of ${entry}`).toBe(meant[name]);
});
