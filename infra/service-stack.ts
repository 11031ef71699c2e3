import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { whereAddressesGo } from './constructs/egress.ts';
import { HttpApi } from './constructs/http-api.ts';
import { addCallbacks } from './service/callbacks.ts';
import { addGroupMessageSync } from './service/group-message-sync.ts';
import { addOperations } from './service/operations.ts';
import { createParts, type ServiceInputs } from './service/parts.ts';
import { addTokenFunctions } from './service/token-functions.ts';
import { addTracking } from './service/tracking.ts';
import { addWecomOperations } from './service/wecom.ts';

export type ServiceStackProps = StackProps & ServiceInputs;

/** Everything that can be deployed anew at any time. */
export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, { ...props, description: `Waybill ${props.config.stage}: its API, functions, workflows and schedules` });
    const { config } = props;
    const parts = createParts(this, props);
    const tokens = addTokenFunctions(parts);
    const tracking = addTracking(parts, tokens);
    const sync = addGroupMessageSync(parts, tokens);
    const handlers = {
      ...addOperations(parts, tokens, tracking),
      ...addWecomOperations(parts, tokens, sync),
      ...(config.callbacks && addCallbacks(parts, tracking)),
    };
    const { apiId, apiUrl } = new HttpApi(this, 'HttpApi', { config, handlers });

    new CfnOutput(this, 'ApiId', { value: apiId });
    new CfnOutput(this, 'ApiUrl', { value: apiUrl });
    new CfnOutput(this, 'EventBusName', { value: parts.bus.eventBusName });
    new CfnOutput(this, 'TrackingStateMachineArn', { value: tracking.machineArn });
    new CfnOutput(this, 'SyncStateMachineArn', { value: sync.machineArn });
    if (config.kmsKeyArn !== 'service-owned') new CfnOutput(this, 'KmsKeyArn', { value: config.kmsKeyArn });
    new CfnOutput(this, 'RefreshTokenFunctionName', { value: tokens.refreshToken.fn.functionName });
    // A network stack stays when a stage leaves it: that it is there does not say that it is used.
    new CfnOutput(this, 'EgressKind', { value: config.egress.kind });
    if (config.egress.kind === 'existing-vpc')
      new CfnOutput(this, 'EgressSubnets', {
        value: config.egress.privateSubnetIds.join(','),
        description: `The addresses behind which these subnets leave are yours. ${whereAddressesGo}`,
      });
  }
}
