import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import * as z from 'zod';
import { awsAccount, clientConfig, region, signer } from '../../local/aws.ts';
import { massMessageStateChanged } from '../../shared/events/events.ts';

const received = z.object({ Messages: z.array(z.object({ Body: z.string(), ReceiptHandle: z.string() })).default([]) });
const event = z.object({
  source: z.literal('waybill'),
  'detail-type': z.literal('mass_message.state_changed'),
  detail: massMessageStateChanged,
});

/** A queue that hears from the bus what becomes of mass messages, as a consumer would set it up. */
export const subscribe = async (endpoint: string, bus: string) => {
  const sqs = signer('sqs');
  const call = async (operation: string, body: object): Promise<unknown> => {
    const answer = await sqs.fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}` },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${operation}: ${answer.status} ${await answer.text()}`);
    const text = await answer.text();
    return text === '' ? {} : JSON.parse(text);
  };

  const QueueName = 'mass-message-events';
  const { QueueUrl } = z.object({ QueueUrl: z.string() }).parse(await call('CreateQueue', { QueueName }));
  const events = new EventBridgeClient(clientConfig(endpoint));
  const rule = { Name: 'to-queue', EventBusName: bus };
  const EventPattern = JSON.stringify({ source: ['waybill'], 'detail-type': ['mass_message.state_changed'] });
  await events.send(new PutRuleCommand({ ...rule, EventPattern }));
  const Arn = `arn:aws:sqs:${region}:${awsAccount}:${QueueName}`;
  await events.send(new PutTargetsCommand({ Rule: rule.Name, EventBusName: bus, Targets: [{ Id: 'queue', Arn }] }));
  events.destroy();

  const heard: z.infer<typeof massMessageStateChanged>[] = [];
  /** Everything that arrived so far. */
  return async () => {
    for (;;) {
      const { Messages } = received.parse(await call('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 }));
      if (Messages.length === 0) return heard;
      for (const { Body, ReceiptHandle } of Messages) {
        heard.push(event.parse(JSON.parse(Body)).detail);
        await call('DeleteMessage', { QueueUrl, ReceiptHandle });
      }
    }
  };
};
