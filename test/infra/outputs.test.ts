import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { findStage } from '../../infra/account/deployed-stage.ts';
import { useStackOutputs } from '../api/account/stack-outputs.ts';
import { configOf, inWords, synth, type Template, type Variant } from './synthesized.ts';

let deployed: Readonly<Record<string, Readonly<Record<string, string>>>> = {};
const cloudFormation = useStackOutputs(() => deployed);

/** What CloudFormation would say of a variant once it is deployed: its outputs in words, an address as one. */
const outputsOf = (variant: Variant) => {
  const templates = synth(variant);
  const { stage } = configOf(variant);
  const words = inWords(templates);
  const said = (value: unknown) => {
    const attribute = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }).safeParse(value).data?.['Fn::GetAtt'][1];
    return [words(value), ...(attribute ? [attribute] : [])].join(' ').replace(/^Address(\d) PublicIp$/, '203.0.113.$1');
  };
  const outputs = ({ Outputs }: Template) => Object.fromEntries(Object.entries(Outputs).map(([key, { Value }]) => [key, said(Value)]));
  const { stateful, service, network } = templates;
  return Object.fromEntries(
    Object.entries({ stateful, service, network }).flatMap(([kind, template]) =>
      template ? [[`waybill-${stage}-${kind}`, outputs(template)]] : [],
    ),
  );
};

const everywhere = {
  apiUrl: 'HttpApi ApiEndpoint',
  accountsTable: 'Accounts',
  massMessagesTable: 'MassMessages',
  refreshTokenFunction: 'accounts/refresh-token',
};
const alike = { kmsKey: undefined, egressAddresses: [], leavesByOwnVpc: false };

it.each<[Variant, object]>([
  ['local', alike],
  ['prod', { ...alike, egressAddresses: ['203.0.113.1', '203.0.113.2'] }],
  [
    'guarded',
    {
      ...alike,
      kmsKey: configOf('guarded').kmsKeyArn,
      leavesByOwnVpc: true,
    },
  ],
])('tells the commands of the operator what %s is', async (variant, expected) => {
  deployed = outputsOf(variant);
  const client = new CloudFormationClient({
    endpoint: cloudFormation.url(),
    region: 'eu-central-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  const { stage: name } = configOf(variant);
  expect(await findStage(client, name)).toEqual({ name, region: 'eu-central-1', ...everywhere, ...expected });
  // By step 5 of docs/deploy.md, of this stack; by whoever listens; by those who write a policy; by the emulator.
  expect(deployed[`waybill-${name}-service`]).toMatchObject({ ApiUrl: 'HttpApi ApiEndpoint', ApiId: 'HttpApi', EventBusName: 'Events' });
});
