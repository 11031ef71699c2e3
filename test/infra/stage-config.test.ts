import { describe, expect, it } from 'vitest';
import { loadStageConfig } from '../../infra/stage-config.ts';

const load = (settings: Parameters<typeof loadStageConfig>[0], env: NodeJS.ProcessEnv = {}) => loadStageConfig(settings, env);

it('needs neither an account nor a region, so that every template can be made without credentials', () => {
  expect(load({ stage: 'prod' })).toMatchObject({ account: undefined, region: undefined });
});

it('takes account and region from the CLI, and a region that was given before that one', () => {
  const env = { CDK_DEFAULT_ACCOUNT: '111122223333', CDK_DEFAULT_REGION: 'eu-west-1' };
  expect(load({ stage: 'prod' }, env)).toMatchObject({ account: '111122223333', region: 'eu-west-1' });
  expect(load({ stage: 'prod', region: 'cn-north-1' }, env).region).toBe('cn-north-1');
});

it('is dev when nobody says what it is, never prod', () => {
  expect(load({}).stage).toBe('dev');
});

it('traces in prod, but neither in China nor in the emulator', () => {
  expect(load({ stage: 'prod', region: 'eu-west-1' }).tracing).toBe(true);
  expect(load({ stage: 'prod', region: 'cn-northwest-1' }).tracing).toBe(false);
  expect(load({ stage: 'local' }).tracing).toBe(false);
});

it('sends the local stage to a simulator and the others to WeChat', () => {
  expect(load({ stage: 'local' }).upstream).toEqual({
    officialAccountUrl: 'http://127.0.0.1:8095',
    wecomUrl: 'http://127.0.0.1:8095',
  });
  expect(load({ stage: 'local', officialAccountUrl: 'http://127.0.0.1:4711' }).upstream.officialAccountUrl).toBe('http://127.0.0.1:4711');
  expect(load({ stage: 'prod' }).upstream).toEqual({
    officialAccountUrl: 'https://api.weixin.qq.com',
    wecomUrl: 'https://qyapi.weixin.qq.com',
  });
});

describe('a wrong setting is refused by its name and with the reason', () => {
  it.each([
    [{ stage: 'staging' }, {}, "unknown stage 'staging': it is one of local, dev, prod"],
    [{ stage: 'toString' }, {}, "unknown stage 'toString'"],
    [{ stage: 'dev', region: 'Europe' }, {}, /expected a region such as eu-west-1 or cn-north-1\s+→ at region/],
    [{ stage: 'dev' }, { CDK_DEFAULT_ACCOUNT: '42' }, /expected 12 digits\s+→ at account/],
    [{ stage: 'dev', officialAccountUrl: 'api.weixin.qq.com' }, {}, /not a URL\s+→ at upstream.officialAccountUrl/],
    [{ stage: 'local', wecomUrl: 'http://10.0.0.1' }, {}, /must be https .*\s+→ at upstream.wecomUrl/],
    [{ stage: 'local', wecomUrl: 8095 }, {}, /expected string.*\s+→ at upstream.wecomUrl/],
  ])('%j', (settings, env, message) => {
    expect(() => load(settings, env)).toThrow(message);
  });
});
