import { describe, expect, it } from 'vitest';
import { routes } from '../../shared/http/routes.ts';
import { configOf, ofType, only, synth, variantNames } from './synthesized.ts';

const routesOf = (variant: (typeof variantNames)[number]) =>
  ofType(synth(variant).service, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);

const logOf = (variant: (typeof variantNames)[number]) => {
  const [, { Properties: stage }] = only(ofType(synth(variant).service, 'AWS::ApiGatewayV2::Stage'));
  return JSON.parse(stage['AccessLogSettings'].Format);
};

describe('with IAM', () => {
  const withIam = variantNames.filter((variant) => configOf(variant).auth.kind === 'iam');

  it.each(withIam)('lets nobody in without a signature in %s', (variant) => {
    expect(new Set(routesOf(variant).map((route) => route['AuthorizationType']))).toEqual(new Set(['AWS_IAM']));
    expect(ofType(synth(variant).service, 'AWS::ApiGatewayV2::Authorizer')).toEqual([]);
  });

  it('logs the identity that called', () => {
    expect(logOf('prod')).toMatchObject({ caller: '$context.identity.userArn' });
  });
});

// The emulator takes a token without `exp`, verifies RS256 whatever the header says, and never asks the issuer at deployment: AWS does all three.
describe('with tokens', () => {
  const variant = 'dev-jwt-fixed-ip';

  it('believes one issuer, and only what it says to one of the audiences', () => {
    const [, { Properties: authorizer }] = only(ofType(synth(variant).service, 'AWS::ApiGatewayV2::Authorizer'));
    expect(authorizer).toMatchObject({
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: 'https://id.example.com/', Audience: ['waybill', 'waybill-test'] },
    });
  });

  it('asks on every route for the scope of what the route does', () => {
    const [[authorizer]] = [only(ofType(synth(variant).service, 'AWS::ApiGatewayV2::Authorizer'))];
    const scopes = routesOf(variant).map((route) => {
      expect(route).toMatchObject({ AuthorizationType: 'JWT', AuthorizerId: { Ref: authorizer } });
      return `${route['RouteKey']}: ${route['AuthorizationScopes']}`;
    });
    expect(scopes.sort()).toEqual(routes.map(({ method, path, permission }) => `${method} ${path}: waybill/${permission}`).sort());
  });

  it('logs whom the token is of, and which client showed it', () => {
    expect(logOf(variant)).toMatchObject({
      caller: '$context.authorizer.claims.sub',
      client: '$context.authorizer.claims.client_id',
      azp: '$context.authorizer.claims.azp',
    });
    expect(JSON.stringify(logOf(variant))).not.toContain('userArn');
  });
});

it('lets fewer requests through to what asks WeChat, in prod, and as many as it says to everything else', () => {
  const [, { Properties: stage, DependsOn }] = only(ofType(synth('prod').service, 'AWS::ApiGatewayV2::Stage'));
  const live = routes.filter(({ path }) => path.includes('/live/')).map(({ method, path }) => `${method} ${path}`);
  expect(stage['RouteSettings']).toEqual(
    Object.fromEntries(live.map((route) => [route, { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 }])),
  );
  // CloudFormation takes the settings of a route only when it is there.
  const created = ofType(synth('prod').service, 'AWS::ApiGatewayV2::Route').map(([id]) => id);
  expect(DependsOn).toEqual(expect.arrayContaining(created));
});
