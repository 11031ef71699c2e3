import type { Given } from './add-account.ts';
import { notWrittenYet } from './external-token.ts';
import type { Operation } from './operation.ts';
import type { AddOptions } from './options.ts';
import { readSecret, readSecretAndPush } from './read-secrets.ts';

/** What the account's token is asked for with: its secrets are asked for. @param isThere it is added again */
export const askCredential = async ({ terminal, secrets }: Operation, options: AddOptions, isThere: boolean): Promise<Given> => {
  const pushOfIt = async () => ({ mayStay: isThere && (await secrets.has('push', options['account-id'])) });
  switch (options.kind) {
    case 'official_account': {
      const { kind, appid } = options;
      return { credential: { kind, appid, secret: await readSecret({ name: 'AppSecret', of: appid }, terminal) } };
    }
    case 'third_party_platform': {
      const { kind, appid } = options;
      const { secret, push } = await readSecretAndPush({ name: 'AppSecret', of: appid }, terminal, await pushOfIt());
      return { credential: { kind, appid, secret }, push };
    }
    case 'authorized_official_account': {
      const { kind, appid, platform } = options;
      return { credential: { kind, appid, platform } };
    }
    case 'official_account_external_token':
      return { credential: notWrittenYet(options.kind, options.appid) };
    case 'wecom_app': {
      const { kind, corpid, agentid } = options;
      const of = `app ${agentid === undefined ? '' : `${agentid} `}of ${corpid}`;
      const secret = await readSecret({ name: 'Secret', of }, terminal);
      return { credential: { kind, corpid, secret, ...(agentid !== undefined && { agentid }) } };
    }
    case 'wecom_suite': {
      const { kind, 'suite-id': suite_id } = options;
      const { secret: suite_secret, push } = await readSecretAndPush({ name: 'suite_secret', of: suite_id }, terminal, await pushOfIt());
      return { credential: { kind, suite_id, suite_secret }, push };
    }
    case 'wecom_suite_app': {
      const { kind, corpid, suite } = options;
      const permanent_code = await readSecret({ name: 'permanent code', of: `${corpid} for ${suite}` }, terminal);
      return { credential: { kind, corpid, suite, permanent_code } };
    }
    case 'wecom_external_token':
      return { credential: notWrittenYet(options.kind, options.corpid) };
  }
};
