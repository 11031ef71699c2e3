import { SecretsManagerClient, type SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { secondsAfter } from '../../../shared/domain/time.ts';
import { platformHandlers } from '../../../shared/push/platform-handlers.ts';
import { makeReceiveCallback } from '../../../shared/push/receive-callback.ts';
import { suiteHandlers } from '../../../shared/push/suite-handlers.ts';
import { SecretsManagerAuthorizations } from '../../../shared/tokens/authorization-vault.ts';
import { SecretsManagerCredentials } from '../../../shared/tokens/credentials.ts';
import { makeAuthorizationChanged, makeReceiveTicket } from '../../../shared/tokens/platform-pushes.ts';
import { SecretsManagerPushSecrets } from '../../../shared/tokens/push-secrets.ts';
import type { RefreshRequest } from '../../../shared/tokens/refresh-contract.ts';
import { makeRefreshToken } from '../../../shared/tokens/refresh-token.ts';
import { renewalOf } from '../../../shared/tokens/renewal.ts';
import { SecretsManagerTickets } from '../../../shared/tokens/ticket-vault.ts';
import { SecretsManagerTokens } from '../../../shared/tokens/token-vault.ts';
import { createComponentClient } from '../../../shared/wechat/component.ts';
import { createOfficialAccountClient, officialAccountTransport } from '../../../shared/wechat/official-account.ts';
import { createWecomClient, wecomTransport } from '../../../shared/wechat/wecom.ts';
import { recordingBus } from '../../support/bus.ts';
import type { useWorld } from '../../support/world.ts';

/** What of the deployed service the command meets: refresh-token, and what WeChat's pushes come to. A process of its own each time. */
export const serviceFunctions = (world: ReturnType<typeof useWorld>, config: () => SecretsManagerClientConfig) => {
  const prefix = (kind: string) => `waybill/test/${kind}/`;
  const { now } = world;
  const { bus: events } = recordingBus();
  return {
    refresh: (request: RefreshRequest) => {
      const client = new SecretsManagerClient(config());
      const transport = officialAccountTransport({ baseUrl: world.simulator().url, now, sleep: async () => {} });
      const renewal = renewalOf({
        accounts: world.accounts(),
        events,
        credentials: new SecretsManagerCredentials(client, prefix('credentials')),
        vault: new SecretsManagerTokens(client, prefix('tokens')),
        tickets: new SecretsManagerTickets(client, prefix('tickets')),
        authorizations: new SecretsManagerAuthorizations(client, prefix('authorizations')),
        officialAccount: createOfficialAccountClient(transport),
        component: createComponentClient(transport),
        wecom: createWecomClient(wecomTransport({ baseUrl: world.simulator().url, now, sleep: async () => {} })),
        now,
        sleep: async () => {},
      });
      return makeRefreshToken(renewal)(request, secondsAfter(now(), 25));
    },
    /** As if WeChat had pushed it. */
    giveTicket: async (accountId: string) => {
      const account = await world.accounts().get(accountId);
      const tickets = new SecretsManagerTickets(new SecretsManagerClient(config()), prefix('tickets'));
      const { issueSuiteTicket, issueTicket } = world.simulator().control;
      const ticket = (account.kind === 'wecom_suite' ? issueSuiteTicket : issueTicket)(account.upstream_id);
      await makeReceiveTicket({ accounts: world.accounts(), tickets })({ account, ticket, now: now() });
    },
    callback: () => {
      const client = new SecretsManagerClient(config());
      const accounts = world.accounts();
      const receiveTicket = makeReceiveTicket({ accounts, tickets: new SecretsManagerTickets(client, prefix('tickets')) });
      return makeReceiveCallback({
        accounts,
        secrets: new SecretsManagerPushSecrets(client, prefix('push'), now),
        handlers: {
          ...platformHandlers({ receiveTicket, authorizationChanged: makeAuthorizationChanged({ accounts, events }) }),
          ...suiteHandlers({ receiveTicket }),
        },
        now,
      });
    },
  };
};
