import { describe, expect, it } from 'vitest';
import { configOf, functionsOf, ofType, synth, synthStage, templatesOf, variantNames } from './synthesized.ts';

const china = synth('prod-cn-north-1');

it.each(variantNames.filter((variant) => configOf(variant).kmsKeyArn === 'service-owned'))(
  'names no partition and no endpoint of one in %s, so that it can be deployed in any',
  (variant) => {
    const text = JSON.stringify(templatesOf(synth(variant)));
    expect(text).not.toMatch(/arn:aws(-cn)?:/);
    // A service's principal is the same everywhere; an address is not.
    expect(text).not.toMatch(/\.amazonaws\.com(?!")/);
  },
);

it('asks for no X-Ray, which China does not have', () => {
  expect(JSON.stringify(templatesOf(china))).not.toMatch(/xray|"Active"|TracingConfiguration":\{"Enabled":true/i);
});

/** Seen in the resource specification of cn-north-1 and cn-northwest-1 (cfn-lint), which says nothing of features. */
it('makes no URL of a function, no edge-optimized API and no custom domain, which China lacks or wants a licence for', () => {
  const types = new Set(templatesOf(china).flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type)));
  for (const type of ['AWS::Lambda::Url', 'AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::DomainName', 'AWS::CloudFront::Distribution'])
    expect(types).not.toContain(type);
});

it('lets functions use a key through a service by whichever ending its name has there', () => {
  const { service } = synthStage('own', {
    like: 'prod',
    region: 'cn-north-1',
    egress: { kind: 'none' },
    kmsKeyArn: 'arn:aws-cn:kms:cn-north-1:111122223333:key/1a2b3c4d-5e6f-4a1b-8c2d-3e4f5a6b7c8d',
  });
  const via = JSON.stringify(service).match(/"kms:ViaService":\[[^\]]*\]/g);
  expect(via).toHaveLength(functionsOf(service).length);
  for (const name of ['dynamodb', 'secretsmanager', 'events', 'states'])
    for (const ending of ['amazonaws.com', 'amazonaws.com.cn'])
      for (const condition of via ?? []) expect(condition).toContain(`"${name}.cn-north-1.${ending}"`);
});

/** https://docs.amazonaws.cn/en_us/aws/latest/userguide/api-gateway.html: without a licence, API Gateway serves no unauthenticated request. */
describe('an ICP licence', () => {
  const authorizations = ({ service }: Pick<typeof china, 'service'>) =>
    new Set(ofType(service, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties['AuthorizationType']));

  it.each(['cn-north-1', 'cn-northwest-1'])(
    'is needed for nothing in %s: callers are let in by IAM, and there is no other way in',
    (region) => {
      const own = synthStage('own', { like: 'prod', region, egress: { kind: 'none' } });
      expect(authorizations(own)).toEqual(new Set(['AWS_IAM']));
      expect(functionsOf(own.service).map(({ entry }) => entry)).not.toContain('official-account/receive-callback');
      expect(authorizations(china)).toEqual(new Set(['AWS_IAM']));
    },
  );

  it('lets WeChat push, once the stage says that there is one', () => {
    const own = synthStage('own', { like: 'prod', region: 'cn-north-1', egress: { kind: 'none' }, callbacks: true });
    expect(authorizations(own)).toEqual(new Set(['AWS_IAM', 'NONE']));
    expect(functionsOf(own.service).map(({ entry }) => entry)).toContain('official-account/receive-callback');
  });
});

it.each([true, false])('is the same service as anywhere else, but for the tracing: so if callbacks are %s', (callbacks) => {
  const shape = ({ service, stateful, network }: typeof china) =>
    [stateful, service, network].map((template) => Object.entries(template?.Resources ?? {}).map(([id, { Type }]) => `${id} ${Type}`));
  const there = synthStage('prod', { like: 'prod', region: 'cn-north-1', callbacks });
  expect(shape(there)).toEqual(shape(synthStage('prod', { like: 'prod', callbacks })));
  expect(functionsOf(there.service).map(({ properties }) => properties['TracingConfig'])).not.toContainEqual({ Mode: 'Active' });
  // Unless somebody says which, it is the smaller one here and the whole one elsewhere.
  expect(shape(callbacks ? synth('prod') : china)).toEqual(shape(there));
});
