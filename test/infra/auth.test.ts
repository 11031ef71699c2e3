import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { callbackRoutes, routes } from '../../shared/http/routes.ts';
import { configOf, functionsOf, ofType, only, synth, synthStage, type Template, variantNames } from './synthesized.ts';

const allRoutesIn = (service: Template) => ofType(service, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
const isOfTheApi = (route: { RouteKey?: string }) => / \/v1\//.test(route.RouteKey ?? '');
/** Those of callers; WeChat has its own. */
const routesIn = (service: Template) => allRoutesIn(service).filter(isOfTheApi);
const routesOf = (variant: (typeof variantNames)[number]) => routesIn(synth(variant).service);

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

  it.each(['', 'https://api.example.com/waybill.'])("puts '%s' before the names of scopes where the stage says so", (scopePrefix) => {
    const issuer = 'https://id.example.com';
    const own = synthStage('own', {
      like: 'dev',
      auth: { kind: 'jwt', issuer, audience: ['waybill'], accountsClaim: 'accounts', scopePrefix },
    });
    const scopes = routesIn(own.service).map((route) => `${route['AuthorizationScopes']}`);
    expect(scopes.sort()).toEqual(routes.map(({ permission }) => `${scopePrefix}${permission}`).sort());
  });

  it('asks for the scopes that the description of the API names, beside a signature', () => {
    const { paths } = JSON.parse(readFileSync('docs/openapi.json', 'utf8'));
    for (const route of routesOf(variant)) {
      const [method, path] = route['RouteKey'].split(' ');
      expect(paths[path][method.toLowerCase()].security, path).toEqual([{ signature: [] }, { token: route['AuthorizationScopes'] }]);
    }
  });

  it('logs why API Gateway refused a token, though no function ever saw the request', () => {
    expect(logOf(variant)).toMatchObject({ authorizerError: '$context.authorizer.error' });
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

describe('WeChat, which knows neither', () => {
  const pushed = ['GET', 'POST'].flatMap((method) => ['', '/{appid}'].map((more) => `${method} /callbacks/{account_id}${more}`));
  /** What serves requests that nobody signed. */
  const openIn = (service: Template) => ({
    routes: allRoutesIn(service)
      .filter((route) => route['AuthorizationType'] === 'NONE')
      .map((route) => route['RouteKey'])
      .sort(),
    functions: functionsOf(service).flatMap(({ entry }) => (entry.endsWith('/receive-callback') ? [entry] : [])),
  });
  const open = { routes: pushed.sort(), functions: ['official-account/receive-callback'] };
  const closed = { routes: [], functions: [] };

  it.each(variantNames)('is let in to its own routes in %s, and nobody else to any, unless the stage has it otherwise', (variant) => {
    expect(openIn(synth(variant).service)).toEqual(configOf(variant).callbacks ? open : closed);
  });

  it.each<[string, object]>([
    ['callers sign', { auth: { kind: 'iam' } }],
    ['callers have tokens', { auth: { kind: 'jwt', issuer: 'https://id.example.com', audience: ['waybill'], accountsClaim: 'accounts' } }],
  ])('finds no route, no function and no role of one in a stage that says so and where %s', (_what, more) => {
    const { service } = synthStage('own', { like: 'prod', egress: { kind: 'none' }, ...more, callbacks: false });
    expect(openIn(service)).toEqual(closed);
    expect(JSON.stringify(service)).not.toMatch(/callback/i);
    expect(routesIn(service)).toHaveLength(routes.length);
  });

  it('is let in beside callers with tokens, and asked for no scope', () => {
    for (const route of allRoutesIn(synth('dev-jwt-fixed-ip').service).filter((each) => !isOfTheApi(each))) {
      expect(route['AuthorizerId'], route['RouteKey']).toBeUndefined();
      expect(route['AuthorizationScopes'], route['RouteKey']).toBeUndefined();
    }
  });
});

describe('throttles', () => {
  const settingsOf = (service: Template) => only(ofType(service, 'AWS::ApiGatewayV2::Stage'))[1].Properties['RouteSettings'];
  const to = (keys: readonly string[], rate: number, burst: number) =>
    Object.fromEntries(keys.map((key) => [key, { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst }]));
  const keysOf = (found: readonly { readonly method: string; readonly path: string }[]) =>
    found.map(({ method, path }) => `${method} ${path}`);
  const live = keysOf(routes.filter(({ path }) => path.includes('/live/')));
  const deleting = [
    'DELETE /v1/accounts/{account_id}/mass-messages/{msg_id}',
    'POST /v1/accounts/{account_id}/mass-messages/delete-by-url',
  ];

  const operating = ['POST /v1/accounts/{account_id}/group-messages/sync'];

  it('let fewer requests through to what asks WeChat, deletes or starts a sync, in prod, and as many as it says to everything else', () => {
    expect(settingsOf(synth('prod').service)).toEqual({ ...to(live, 20, 40), ...to([...deleting, ...operating], 5, 10) });
  });

  it.each<[string, object, boolean]>([
    ['is open', {}, true],
    ['is not there', { callbacks: false }, false],
  ])('hold WeChat as well, where the stage says so and the way in %s', (_what, more, isThere) => {
    const routeThrottles = { callback: { rate: 30, burst: 60 }, delete: { rate: 1, burst: 2 } };
    const { service } = synthStage('own', { like: 'dev', routeThrottles, ...more });
    // Settings of a route that is not there fail the deployment.
    expect(settingsOf(service)).toEqual({ ...to(deleting, 1, 2), ...(isThere && to(keysOf(callbackRoutes), 30, 60)) });
  });

  it('wait for the routes, whose settings CloudFormation takes only when they are there', () => {
    const { service } = synth('prod');
    const created = ofType(service, 'AWS::ApiGatewayV2::Route').map(([id]) => id);
    expect(created.length).toBeGreaterThan(routes.length);
    expect(only(ofType(service, 'AWS::ApiGatewayV2::Stage'))[1]['DependsOn']).toEqual(expect.arrayContaining(created));
  });
});
