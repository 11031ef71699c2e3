import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { openClients } from '../infra/account/clients.ts';
import { CommandFailure } from '../infra/account/command-failure.ts';
import type { Command } from '../infra/account/command-line.ts';
import { runCommand } from '../infra/account/run-command.ts';
import { clientConfig } from './aws.ts';
import { LocalFailure } from './failure.ts';

export interface OfficialAccount {
  readonly account_id: string;
  readonly appid: string;
  readonly secret: string;
}

/** An app of a corp's own on WeCom. */
export interface WecomApp {
  readonly account_id: string;
  readonly corpid: string;
  readonly secret: string;
}

/** What WeChat signs and encrypts its pushes with. */
export interface PushSecret {
  readonly token: string;
  readonly encoding_aes_key: string;
}

/**
 * `npm run account -- add` on stage `local`, which also has the service fetch a token.
 * @throws {LocalFailure} with what the command says when there is none to be had
 */
export const addOfficialAccount = async (endpoint: string, { account_id, appid, secret }: OfficialAccount): Promise<void> =>
  run(endpoint, { name: 'add', stage: 'local', 'account-id': account_id, appid, kind: 'official_account' }, [secret]);

/** The same for a corp on WeCom. @throws {LocalFailure} */
export const addWecomApp = async (endpoint: string, { account_id, corpid, secret }: WecomApp): Promise<void> =>
  run(endpoint, { name: 'add', stage: 'local', 'account-id': account_id, corpid, kind: 'wecom_app' }, [secret]);

/** `npm run account -- push` on stage `local`. */
export const enterPushSecret = async (endpoint: string, accountId: string, { token, encoding_aes_key }: PushSecret): Promise<void> =>
  run(endpoint, { name: 'push', stage: 'local', 'account-id': accountId, remove: false }, [token, encoding_aes_key]);

/** @param lines what the command is told by standard input */
export const run = async (endpoint: string, command: Exclude<Command, { name: 'help' }>, lines: readonly string[]): Promise<void> => {
  using clients = openClients(clientConfig(endpoint));
  const silent = () => undefined;
  const terminal = { input: Readable.from([lines.join('\n')]), output: process.stderr };
  await runCommand(command, { clients, terminal, print: silent, remark: silent, now: () => new Date(), sleep, stages: {} }).catch(
    (error: unknown) => {
      throw error instanceof CommandFailure ? new LocalFailure(error.message, { cause: error }) : error;
    },
  );
};
