import { isIP } from 'node:net';
import { type CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { CommandFailure } from './command-failure.ts';

/** What the commands need to know of a stage, from the outputs of its stacks. */
export interface DeployedStage {
  readonly name: string;
  readonly region: string;
  readonly accountsTable: string;
  readonly massMessagesTable: string;
  /** Absent while only the stack with the records is deployed. */
  readonly refreshTokenFunction: string | undefined;
  /** Where the API is, and what WeChat pushes to. Absent as above. */
  readonly apiUrl: string | undefined;
  /** The customer's key for the secrets, if the stage has one. */
  readonly kmsKey: string | undefined;
  /** The fixed addresses from which the service calls WeChat, if it has any of its own. */
  readonly egressAddresses: readonly string[];
  /** It leaves by the customer's VPC, whose addresses are not known here. */
  readonly leavesByOwnVpc: boolean;
}

/** @throws CommandFailure when it is not deployed there */
export const findStage = async (client: CloudFormationClient, stage: string): Promise<DeployedStage> => {
  const name = (part: string) => `waybill-${stage}-${part}`;
  const region = await client.config.region();
  const [stateful, ...others] = await Promise.all(['stateful', 'service', 'network'].map((part) => describe(client, name(part))));
  if (stateful === undefined)
    throw new CommandFailure(
      `Stage ${stage} is not deployed in ${region}: there is no stack ${name('stateful')}. Check --stage, --region and whose AWS credentials these are.`,
    );
  const outputs = new Map([stateful, ...others].flatMap((stack) => stack?.Outputs ?? []).map((one) => [one.OutputKey, one.OutputValue]));
  const needed = (key: string) => {
    const value = outputs.get(key);
    if (value) return value;
    throw new CommandFailure(
      `The stack ${name('stateful')} has no output ${key} (its status is ${stateful.StackStatus}): deploy the stage once more.`,
    );
  };
  // The network stack of a stage that has left it is still there.
  const addresses =
    outputs.get('EgressKind') !== 'fixed-ip'
      ? []
      : [...outputs].flatMap(([key, value]) => (key?.startsWith('EgressAddress') && value ? [value] : []));
  return {
    name: stage,
    region,
    accountsTable: needed('AccountsTableName'),
    massMessagesTable: needed('MassMessagesTableName'),
    refreshTokenFunction: outputs.get('RefreshTokenFunctionName'),
    apiUrl: reachable(outputs.get('ApiUrl')),
    kmsKey: outputs.get('KmsKeyArn'),
    egressAddresses: addresses.filter((address) => isIP(address) !== 0),
    leavesByOwnVpc: outputs.has('EgressSubnets'),
  };
};

// An emulator on this machine serves an API below a name that no resolver knows, and below a path that needs none (local/stack.ts).
const reachable = (apiUrl: string | undefined): string | undefined =>
  apiUrl?.replace(/^http:\/\/(\w+)\.execute-api\.(127\.0\.0\.1|localhost)(:\d+)/, 'http://$2$3/_aws/execute-api/$1');

const describe = async (client: CloudFormationClient, StackName: string): Promise<Stack | undefined> => {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
    return Stacks?.[0];
  } catch (error) {
    // CloudFormation has no error of its own for a stack that is not there.
    if (error instanceof Error && error.name === 'ValidationError' && error.message.includes('does not exist')) return undefined;
    throw error;
  }
};
