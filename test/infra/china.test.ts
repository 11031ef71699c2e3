import { expect, it } from 'vitest';
import { configOf, functionsOf, ofType, synth, templatesOf, variantNames } from './synthesized.ts';

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

it('lets callers in by IAM, which needs no ICP licence', () => {
  for (const [, { Properties }] of ofType(china.service, 'AWS::ApiGatewayV2::Route'))
    expect(Properties['AuthorizationType']).toBe('AWS_IAM');
});

it('is the same service as anywhere else: nothing is left out but the tracing', () => {
  const shape = ({ service, stateful, network }: typeof china) =>
    [stateful, service, network].map((template) => Object.entries(template?.Resources ?? {}).map(([id, { Type }]) => `${id} ${Type}`));
  expect(shape(china)).toEqual(shape(synth('prod')));
  expect(functionsOf(china.service).map(({ properties }) => properties['TracingConfig'])).not.toContainEqual({ Mode: 'Active' });
});
