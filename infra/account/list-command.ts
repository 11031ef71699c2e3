import { accountAsJson, accountTable } from './account-table.ts';
import type { Named } from './command-line.ts';
import { commandLine } from './help.ts';
import type { Operation } from './operation.ts';

export const list = async ({ accounts, stage, print, now }: Operation, { json }: Named<'list'>): Promise<void> => {
  const all = (await accounts.all()).sort((a, b) => (a.account_id < b.account_id ? -1 : 1));
  if (json) return print(JSON.stringify(all.map(accountAsJson), null, 2));
  if (all.length === 0)
    return print(`Stage ${stage.name} has no accounts. To add one: ${commandLine('add', stage.name, 'oa-main')} --appid APPID`);
  print(accountTable(all, now()));
};
