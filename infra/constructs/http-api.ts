import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import * as apigw from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { routes } from '../../shared/http/routes.ts';
import type { StageConfig } from '../stage-config.ts';

export type RouteHandler = (typeof routes)[number]['handler'];

export interface HttpApiProps {
  readonly config: StageConfig;
  /** A route without a function does not compile. */
  readonly handlers: Readonly<Record<RouteHandler, lambda.IFunction>>;
}

/** One line for each request: who, what, what came of it. API Gateway writes it, so it also tells of requests no function saw. */
const accessLog = JSON.stringify({
  time: '$context.requestTime',
  requestId: '$context.requestId',
  caller: '$context.identity.userArn',
  sourceIp: '$context.identity.sourceIp',
  route: '$context.routeKey',
  path: '$context.path',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  integrationLatencyMs: '$context.integrationLatency',
  error: '$context.error.message',
  integrationError: '$context.integrationErrorMessage',
});

/** The API of the routes table: a signed request of an AWS identity on every route, no other way in. */
export class HttpApi extends Construct {
  readonly apiId: string;

  constructor(scope: Construct, id: string, { config, handlers }: HttpApiProps) {
    super(scope, id);
    const api = new apigw.HttpApi(this, 'Api', {
      apiName: `waybill-${config.stage}`,
      createDefaultStage: false,
      defaultAuthorizer: new HttpIamAuthorizer(),
    });
    this.apiId = api.apiId;
    for (const { method, path, handler } of routes)
      api.addRoutes({
        path,
        methods: [apigw.HttpMethod[method]],
        integration: new HttpLambdaIntegration(handler.replace('/', '-'), handlers[handler]),
      });

    const destination = new logs.LogGroup(this, 'AccessLogs', {
      logGroupName: `/aws/vendedlogs/http-api/waybill-${config.stage}`, // see mass-message-tracking.ts
      retention: config.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new apigw.HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: config.throttle.rate, burstLimit: config.throttle.burst },
      accessLogSettings: {
        destination: new apigw.LogGroupLogDestination(destination),
        format: AccessLogFormat.custom(accessLog),
      },
    });
  }
}
