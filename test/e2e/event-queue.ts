import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import * as z from 'zod';
import { awsAccount, clientConfig, region, signer } from '../../local/aws.ts';
import { eventSchemas } from '../../shared/events/events.ts';

const received = z.object({ Messages: z.array(z.object({ Body: z.string(), ReceiptHandle: z.string() })).default([]) });
type Schemas = typeof eventSchemas;
type Detail<Type extends keyof Schemas> = z.output<Schemas[Type]>;

/** A queue that hears the events of one type from the bus, as a consumer would set it up. */
export const subscribe = async <Type extends keyof Schemas>(endpoint: string, bus: string, type: Type) => {
  const event = z.object({ source: z.literal('waybill'), 'detail-type': z.literal(type), detail: z.unknown() });
  const schemas: { [T in keyof Schemas]: z.ZodType<Detail<T>> } = eventSchemas;
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

  const QueueName = 'waybill-events';
  const { QueueUrl } = z.object({ QueueUrl: z.string() }).parse(await call('CreateQueue', { QueueName }));
  const events = new EventBridgeClient(clientConfig(endpoint));
  const rule = { Name: 'to-queue', EventBusName: bus };
  const EventPattern = JSON.stringify({ source: ['waybill'], 'detail-type': [type] });
  await events.send(new PutRuleCommand({ ...rule, EventPattern }));
  const Arn = `arn:aws:sqs:${region}:${awsAccount}:${QueueName}`;
  await events.send(new PutTargetsCommand({ Rule: rule.Name, EventBusName: bus, Targets: [{ Id: 'queue', Arn }] }));
  events.destroy();

  const heard: Detail<Type>[] = [];
  /** Everything that arrived so far. */
  return async () => {
    for (;;) {
      const { Messages } = received.parse(await call('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 }));
      if (Messages.length === 0) return heard;
      for (const { Body, ReceiptHandle } of Messages) {
        heard.push(schemas[type].parse(event.parse(JSON.parse(Body)).detail));
        await call('DeleteMessage', { QueueUrl, ReceiptHandle });
      }
    }
  };
};
