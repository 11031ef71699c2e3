import { DynamoAccountStore } from '../../shared/store/account-store.ts';
import { documentClient } from '../../shared/store/document-client.ts';
import type { StageDeclaration } from '../stage-schema.ts';
import { tagsOf } from '../stage-tags.ts';
import { AccountRows } from './account-rows.ts';
import { AccountSecrets } from './account-secrets.ts';
import type { Terminal } from './ask.ts';
import type { Clients } from './clients.ts';
import { CommandFailure } from './command-failure.ts';
import { type DeployedStage, findStage } from './deployed-stage.ts';
import { commandLine } from './help.ts';

export interface Surroundings {
  readonly clients: Clients;
  readonly terminal: Terminal;
  /** Results, and remarks on the way. */
  readonly print: (text: string) => void;
  readonly remark: (text: string) => void;
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Those of infra/stages.ts. A stage that is deployed may be missing: it was declared elsewhere. */
  readonly stages: Readonly<Record<string, StageDeclaration>>;
}

/** What one command on one stage works with. */
export interface Operation extends Surroundings {
  readonly stage: DeployedStage;
  readonly accounts: DynamoAccountStore;
  readonly rows: AccountRows;
  readonly secrets: AccountSecrets;
  readonly unknown: (accountId: string) => CommandFailure;
  /** Says so where WeChat has nowhere to push to, before anybody enters an address. */
  readonly remarkOnCallbacks: () => void;
}

/** @throws CommandFailure when the stage is not deployed there */
export const openOperation = async (name: string, around: Surroundings): Promise<Operation> => {
  const { clients, stages, remark } = around;
  const stage = await findStage(clients.cloudFormation, name);
  const tables = documentClient(clients.tables);
  const declared = stages[name];
  const tags = tagsOf({ stage: name, tags: declared?.tags ?? {} });
  // As in stage-config.ts.
  const takesPushes = declared?.callbacks ?? !stage.region.startsWith('cn-');
  return {
    ...around,
    stage,
    accounts: new DynamoAccountStore(tables, stage.accountsTable),
    rows: new AccountRows(tables, stage.accountsTable),
    secrets: new AccountSecrets(clients.secrets, name, { kmsKey: stage.kmsKey, tags }, around.sleep),
    unknown: (accountId) =>
      new CommandFailure(`Stage ${name} has no account ${accountId}. ${commandLine('list', name)} shows those that it has.`),
    remarkOnCallbacks: () => {
      if (!takesPushes)
        remark(`Note: stage ${name} takes no pushes before it is deployed with callbacks: true (infra/stages.ts, docs/china.md).`);
    },
  };
};
