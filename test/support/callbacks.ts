import './environment.ts';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { makeHandler } from '../../functions/official-account/receive-callback.ts';
import { makeReceiveMassSendPush } from '../../shared/push/mass-send-push.ts';
import type { PushHandlers } from '../../shared/push/push-handler.ts';
import type { MassMessageStore } from '../../shared/store/mass-message-store.ts';
import { SecretsManagerPushSecrets } from '../../shared/tokens/push-secrets.ts';
import type { Execution } from '../../shared/tracking/executions.ts';
import type { secretsManager, useAws } from './aws-stub.ts';
import { aesKey, plainPush, pushToken, safePush } from './envelopes.ts';
import { context } from './request.ts';
import type { useWorld } from './world.ts';

type World = ReturnType<typeof useWorld>;
type Sent = { readonly query: object; readonly body: string };
interface Options {
  readonly secret?: string | undefined;
  readonly started?: (execution: Execution) => void;
  readonly messages?: Partial<Pick<MassMessageStore, 'get' | 'create' | 'save'>>;
  readonly articles?: Parameters<typeof makeReceiveMassSendPush>[0]['articles'];
  readonly handlers?: PushHandlers;
  readonly within?: number;
  readonly row?: object;
}
const prefix = 'waybill/test/push/';
export const agreedSecret = JSON.stringify({ token: pushToken, encoding_aes_key: aesKey });

/** WeChat's callback in that world, as it is deployed; `aws` holds the secrets. */
export const callbacksIn = (world: World, { secrets, actions }: ReturnType<typeof secretsManager>, aws: ReturnType<typeof useAws>) => {
  const writeSecret = (accountId: string, SecretString: string) => {
    secrets.delete(`${prefix}${accountId}`);
    actions['secretsmanager.CreateSecret']({ Name: `${prefix}${accountId}`, SecretString, ClientRequestToken: crypto.randomUUID() });
  };
  return async ({ secret = agreedSecret, started, messages, articles, handlers, within, row = {} }: Options = {}) => {
    const account = await world.openAccount({ row });
    const { account_id, appid } = account;
    if (secret) writeSecret(account_id, secret);
    const executions: Execution[] = [];
    const store = world.messages();
    const real = { get: store.get.bind(store), create: store.create.bind(store), save: store.save.bind(store) };
    /** One process, with a memory of its own. */
    const newProcess = () =>
      makeHandler(
        {
          accounts: world.accounts(),
          secrets: new SecretsManagerPushSecrets(new SecretsManagerClient(aws.config()), prefix, world.now),
          handlers: {
            MASSSENDJOBFINISH: makeReceiveMassSendPush({
              accounts: world.accounts(),
              messages: { ...real, ...messages },
              articles: articles ?? world.articles(),
              executions: {
                async start(execution) {
                  started?.(execution);
                  executions.push(execution);
                },
              },
              schedule: account.schedule,
            }),
            ...handlers,
          },
          now: world.now,
        },
        within,
      );
    const handler = newProcess();
    const send = async (parts: object, pathParameters: object = { account_id }, through = handler, method = 'POST') => {
      const event = { headers: {}, pathParameters, requestContext: { http: { method } }, isBase64Encoded: false, ...parts };
      const { statusCode, body, headers } = await through(event as unknown as APIGatewayProxyEventV2, context);
      return { status: statusCode, body, type: headers?.['content-type'] };
    };
    const post = ({ query, body }: Sent, pathParameters?: object, through?: typeof handler) =>
      send({ queryStringParameters: query, body }, pathParameters, through);
    return {
      ...account,
      executions,
      newProcess,
      writeSecret: (text: string) => writeSecret(account_id, text),
      send,
      post,
      verify: (query: object, pathParameters?: object) => send({ queryStringParameters: query }, pathParameters, handler, 'GET'),
      /** A push of WeChat's in safe mode; `plain` in clear. */
      push: (xml: string, through?: typeof handler) => post(safePush(xml, world.now(), appid), undefined, through),
      plain: (xml: string) => post(plainPush(xml, world.now())),
      row: (msg_id = '3147490001') => store.get(account_id, msg_id),
    };
  };
};
