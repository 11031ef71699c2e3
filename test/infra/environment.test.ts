import { afterEach, describe, expect, it, vi } from 'vitest';
import { routes } from '../../shared/http/routes.ts';
import { configOf, functionsOf, inWords, synth, type Variant, variantNames } from './synthesized.ts';

/** Set for Node and for the logger; no handler parses them. */
const forTheRuntime = ['NODE_OPTIONS', 'POWERTOOLS_SERVICE_NAME'];

/** What a function starts without: better a token whose secret has no tags than none, and not every stage has the others. */
const mayBeMissing = ['SECRET_TAGS', 'KMS_KEY_ID', 'ACCOUNTS_CLAIM', 'EGRESS_ADDRESSES'];

const machines = ['MassMessageTrackingMachine', 'GroupMessageSyncMachine'];
const machineArn = (name: string) => `arn:aws:states:eu-west-1:111122223333:stateMachine:${name}`;

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

type Variables = readonly (readonly [name: string, value: string])[];
const give = (variables: Variables) => {
  for (const [name, value] of variables) vi.stubEnv(name, machines.includes(value) ? machineArn(value) : value);
};
/** Loads a handler as Lambda does at its start, when it parses its environment. */
const start = (entry: string) => {
  vi.resetModules();
  return import(/* @vite-ignore */ new URL(`../../functions/${entry}.ts`, import.meta.url).href);
};
const load = (entry: string, variables: Variables) => {
  give(variables);
  return start(entry);
};
afterEach(() => vi.unstubAllEnvs());

/** Which of its variables a function looks at. */
const readBy = async (entry: string, variables: Variables) => {
  give(variables);
  const seen = new Set<string>();
  const { env } = process;
  process.env = new Proxy(env, {
    get: (target, name) => {
      seen.add(String(name));
      return target[String(name)];
    },
  });
  try {
    await start(entry);
  } finally {
    process.env = env;
  }
  return variables.map(([name]) => name).filter((name) => seen.has(name));
};

describe('a function starts in the environment it is given, and needs all of it', () => {
  it.each(environments('prod'))('$entry', async ({ entry, variables }) => {
    await expect(load(entry, variables)).resolves.toHaveProperty('handler');
    for (const [missing] of variables.filter(([name]) => !mayBeMissing.includes(name))) {
      vi.unstubAllEnvs();
      const others = variables.filter(([name]) => name !== missing);
      await expect(load(entry, others), `${missing} is given and not read`).rejects.toThrow(`→ at ${missing}`);
    }
  });
});

// Together they have everything that only some stages have.
describe.each(['guarded', 'dev-jwt-fixed-ip'] as const)(
  'a function of %s reads what it is given, also what it could do without',
  (variant) => {
    it.each(environments(variant))('$entry', async ({ entry, variables }) => {
      expect(await readBy(entry, variables)).toEqual(variables.map(([name]) => name));
    });
  },
);

it('knows what may be missing by name: each is given to somebody', () => {
  const all = (['guarded', 'dev-jwt-fixed-ip'] as const).flatMap((variant) => environments(variant)).flatMap(({ variables }) => variables);
  expect(all.map(([name]) => name)).toEqual(expect.arrayContaining(mayBeMissing));
});

it.each(variantNames)('means the same by a name in every function of %s', (variant) => {
  const { stage, upstream, tracking, sync, auth, kmsKeyArn, tags, egress } = configOf(variant);
  const meant: Record<string, string> = {
    ACCOUNTS_TABLE: 'Accounts',
    MASS_MESSAGES_TABLE: 'MassMessages',
    ARTICLES_TABLE: 'Articles',
    GROUP_MESSAGES_TABLE: 'GroupMessages',
    GROUP_TASKS_TABLE: 'GroupTasks',
    DELIVERIES_TABLE: 'Deliveries',
    SYNCS_TABLE: 'Syncs',
    TOKENS_PREFIX: `waybill/${stage}/tokens/`,
    CREDENTIALS_PREFIX: `waybill/${stage}/credentials/`,
    TICKETS_PREFIX: `waybill/${stage}/tickets/`,
    AUTHORIZATIONS_PREFIX: `waybill/${stage}/authorizations/`,
    PUSH_SECRETS_PREFIX: `waybill/${stage}/push/`,
    SECRET_TAGS: JSON.stringify({ ...tags, service: 'waybill', stage }),
    REFRESH_TOKEN_FUNCTION: 'accounts/refresh-token',
    OFFICIAL_ACCOUNT_URL: upstream.officialAccountUrl,
    WECOM_URL: upstream.wecomUrl,
    TRACKING_SCHEDULE: JSON.stringify(tracking),
    TRACKING_STATE_MACHINE: 'MassMessageTrackingMachine',
    SYNC_SCHEDULE: JSON.stringify(sync),
    SYNC_STATE_MACHINE: 'GroupMessageSyncMachine',
    EVENT_BUS: 'Events',
    ...(auth.kind === 'jwt' && { ACCOUNTS_CLAIM: auth.accountsClaim }),
    ...(kmsKeyArn !== 'service-owned' && { KMS_KEY_ID: kmsKeyArn }),
    ...(egress.kind === 'fixed-ip' && { EGRESS_ADDRESSES: 'Address1,Address2' }),
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

const makeSecrets = ['accounts/refresh-due-tokens', 'accounts/refresh-token', 'official-account/receive-callback'];

it("tells the functions that make secrets which key to make them with, if it is one of the customer's", () => {
  expect(given('KMS_KEY_ID', 'guarded')).toEqual(makeSecrets);
  expect(given('KMS_KEY_ID', 'prod')).toEqual([]);
});

it('tells them the tags of the stage as well, which they read', async () => {
  expect(given('SECRET_TAGS', 'guarded')).toEqual(makeSecrets);
  for (const { entry, variables } of environments('guarded').filter(({ entry }) => makeSecrets.includes(entry))) {
    const others = variables.filter(([name]) => name !== 'SECRET_TAGS');
    await expect(load(entry, [...others, ['SECRET_TAGS', '["cost-center"]']])).rejects.toThrow('→ at SECRET_TAGS');
  }
});

it('tells those that show accounts which addresses belong on an allow-list, where the stage has them', () => {
  for (const variant of ['prod', 'prod-cn-north-1', 'dev-jwt-fixed-ip'] as const)
    expect(given('EGRESS_ADDRESSES', variant), variant).toEqual(['accounts/get-account', 'accounts/list-accounts']);
  for (const variant of ['dev', 'local', 'guarded'] as const) expect(given('EGRESS_ADDRESSES', variant), variant).toEqual([]);
});
