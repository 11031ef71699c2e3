import { CloudFormationClient, ExecuteChangeSetCommand, waitUntilStackUpdateComplete } from '@aws-sdk/client-cloudformation';
import { clientConfig } from '../../local/aws.ts';
import { type CdkOptions, prepareChange, synthesize } from '../../local/cdk.ts';

const StackName = 'waybill-local-service';
const ChangeSetName = 'second-deployment';
const waiting = { minDelay: 1, maxDelay: 1, maxWaitTime: 60 };

/**
 * A second deployment of the service, in its two halves: what takes long is done, and `apply` is what CloudFormation does,
 * which fits into a window of seconds on a slow machine too.
 */
export const prepareSecondDeployment = async (cdk: CdkOptions) => {
  await synthesize(cdk);
  await prepareChange(cdk, StackName, ChangeSetName);
  return {
    /** Ends when it is complete. @throws when it was rolled back */
    apply: async () => {
      const client = new CloudFormationClient(clientConfig(cdk.endpoint));
      try {
        await client.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName }));
        await waitUntilStackUpdateComplete({ client, ...waiting }, { StackName });
      } finally {
        client.destroy();
      }
    },
  };
};
