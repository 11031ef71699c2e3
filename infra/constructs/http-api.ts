import { Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import * as apigw from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { type CallbackHandler, callbackRoutes, routes } from '../../shared/http/routes.ts';
import { type Auth, kindOf, type StageConfig } from '../stage-schema.ts';
import { createLogGroup } from './log-group.ts';

export type RouteHandler = (typeof routes)[number]['handler'];

export interface HttpApiProps {
  readonly config: StageConfig;
  /** A route without a function does not compile. */
  readonly handlers: Readonly<Record<RouteHandler, lambda.IFunction> & Partial<Record<CallbackHandler, lambda.IFunction>>>;
}

/** Who called, as far as the way in can know it; the client's id has one claim in RFC 9068 and another in OpenID Connect. */
const caller = {
  iam: { caller: '$context.identity.userArn' },
  jwt: {
    caller: '$context.authorizer.claims.sub',
    client: '$context.authorizer.claims.client_id',
    azp: '$context.authorizer.claims.azp',
    authorizerError: '$context.authorizer.error', // why a token was refused
  },
};

/** One line for each request: who, what, what came of it. API Gateway writes it, so it also tells of requests no function saw. */
const accessLog = ({ kind }: Auth) =>
  JSON.stringify({
    time: '$context.requestTime',
    requestId: '$context.requestId',
    ...caller[kind],
    sourceIp: '$context.identity.sourceIp',
    route: '$context.routeKey',
    path: '$context.path',
    status: '$context.status',
    latencyMs: '$context.responseLatency',
    integrationLatencyMs: '$context.integrationLatency',
    error: '$context.error.message',
    integrationError: '$context.integrationErrorMessage',
  });

const authorizer = (auth: Auth) =>
  auth.kind === 'jwt' ? new HttpJwtAuthorizer('Jwt', auth.issuer, { jwtAudience: auth.audience }) : new HttpIamAuthorizer();

/**
 * The API of the routes table. Every route asks for a signed request of an AWS identity or for a token with its scope; there is no other
 * way in, but for WeChat's own.
 */
export class HttpApi extends Construct {
  readonly apiId: string;
  /** Where callers reach it, without a slash at the end. */
  readonly apiUrl: string;

  constructor(scope: Construct, id: string, { config, handlers }: HttpApiProps) {
    super(scope, id);
    const { auth } = config;
    const api = new apigw.HttpApi(this, 'Api', {
      apiName: `waybill-${config.stage}`,
      createDefaultStage: false,
      defaultAuthorizer: authorizer(auth),
    });
    this.apiId = api.apiId;
    this.apiUrl = api.apiEndpoint;
    const deployed = routes.flatMap(({ method, path, handler, permission }) =>
      api.addRoutes({
        path,
        methods: [apigw.HttpMethod[method]],
        integration: new HttpLambdaIntegration(handler.replace('/', '-'), handlers[handler]),
        // Without a scope, an identity token of the same issuer would do.
        ...(auth.kind === 'jwt' && { authorizationScopes: [`${auth.scopePrefix}${permission}`] }),
      }),
    );

    const receiveCallback = handlers['official-account/receive-callback'];
    if (receiveCallback) deployed.push(...this.#addCallbacks(api, receiveCallback));

    const destination = createLogGroup(this, 'AccessLogs', config, `http-api/waybill-${config.stage}`);
    const stage = new apigw.HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: config.throttle.rate, burstLimit: config.throttle.burst },
      accessLogSettings: {
        destination: new apigw.LogGroupLogDestination(destination),
        format: AccessLogFormat.custom(accessLog(auth)),
      },
    });
    const { defaultChild } = stage.node;
    if (defaultChild instanceof apigw.CfnStage) defaultChild.routeSettings = routeSettings(config);
    Validations.of(this).acknowledge({
      id: 'CT.LAMBDA.PR.2',
      reason:
        'API Gateway may call a function for one route of this API alone (SourceArn), put together with Fn::Join, into which the rule cannot look.',
    });
    // Settings of a route that is not there yet fail the deployment.
    stage.node.addDependency(...deployed);
  }

  #addCallbacks(api: apigw.HttpApi, receive: lambda.IFunction) {
    const integration = new HttpLambdaIntegration('receive-callback', receive);
    const added = callbackRoutes.flatMap(({ method, path }) =>
      api.addRoutes({ path, methods: [apigw.HttpMethod[method]], integration, authorizer: new apigw.HttpNoneAuthorizer() }),
    );
    const reason = 'WeChat calls it, which knows no authorizer; the function checks the signature of every push.';
    for (const route of added)
      Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason }, { id: 'CT.APIGATEWAY.PR.5', reason });
    return added;
  }
}

/** HttpStage has no property for it. */
const routeSettings = ({ routeThrottles, callbacks }: StageConfig) => {
  const settings = [...routes, ...(callbacks ? callbackRoutes : [])].flatMap((route) => {
    const throttle = routeThrottles[kindOf(route)];
    const { method, path } = route;
    return throttle ? [[`${method} ${path}`, { ThrottlingRateLimit: throttle.rate, ThrottlingBurstLimit: throttle.burst }]] : [];
  });
  return settings.length > 0 ? Object.fromEntries(settings) : undefined;
};
