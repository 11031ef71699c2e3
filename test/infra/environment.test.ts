import { afterEach, describe, expect, it, vi } from 'vitest';
import { routes } from '../../shared/http/routes.ts';
import { configOf, functionsOf, inWords, synth, type Variant, variantNames } from './synthesized.ts';

/** Set for Node and for the logger; no handler parses them. */
const forTheRuntime = ['NODE_OPTIONS', 'POWERTOOLS_SERVICE_NAME'];

const machineArn = 'arn:aws:states:eu-west-1:111122223333:stateMachine:tracking';

/** Own variables of every function, in words. */
const environments = (variant: Variant) => {
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
  const { stage, upstream, tracking, auth, kmsKeyArn } = configOf(variant);
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
    ...(auth.kind === 'jwt' && { ACCOUNTS_CLAIM: auth.accountsClaim }),
    ...(kmsKeyArn !== 'service-owned' && { KMS_KEY_ID: kmsKeyArn }),
  };
  for (const { entry, variables } of environments(variant))
    for (const [name, value] of variables) expect(value, `${name} of ${entry}`).toBe(meant[name]);
});

/** Which functions are given a variable. */
const given = (name: string, variant: Variant) =>
  environments(variant)
    .filter(({ variables }) => variables.some(([variable]) => variable === name))
    .map(({ entry }) => entry)
    .sort();

it('tells every function behind the API which claim of a token names its accounts, and with IAM none', () => {
  expect(given('ACCOUNTS_CLAIM', 'dev-jwt-fixed-ip')).toEqual([...new Set(routes.map(({ handler }) => handler))].sort());
  expect(given('ACCOUNTS_CLAIM', 'prod')).toEqual([]);
});

it("tells the functions that make secrets which key to make them with, if it is one of the customer's", () => {
  expect(given('KMS_KEY_ID', 'guarded')).toEqual(['accounts/refresh-due-tokens', 'accounts/refresh-token']);
  expect(given('KMS_KEY_ID', 'prod')).toEqual([]);
});
