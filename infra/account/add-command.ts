import type { AccountKind } from '../../shared/domain/account.ts';
import { type Added, addAccount, assertSameAccount, assertServes } from './add-account.ts';
import { remarkOnLooks, remarkOnSame } from './add-remarks.ts';
import { askCredential } from './ask-credential.ts';
import { changeAtOnce, messageAddress, whatToEnter } from './callback-addresses.ts';
import { check } from './check-command.ts';
import type { Named } from './command-line.ts';
import { whatToWrite } from './external-token.ts';
import { commandLine } from './help.ts';
import type { Operation } from './operation.ts';
import { throughIn, upstreamIdIn } from './options.ts';
import { getsTickets, isKeptElsewhere, termsOf, upstreamOf } from './terms.ts';
import { whatToAllow } from './wecom-console.ts';

export const add = async (operation: Operation, command: Named<'add'>): Promise<void> => {
  const { accounts, stage, print, now } = operation;
  const { name: _, ...options } = command;
  const { 'account-id': accountId, kind } = options;
  const upstream_id = upstreamIdIn(options);
  const through = throughIn(options);
  const isThere = await assertSameAccount(accounts, accountId, { kind, upstream_id }); // before anybody types a secret
  const serving = termsOf(kind).through;
  if (serving && through !== undefined) await assertServes(accounts, stage.name, through, serving.kind);
  if (!isThere) await remarkOnSame(operation, kind, upstream_id);
  const given = await askCredential(operation, options, isThere);
  // Simulated accounts have other ones.
  if (stage.name !== 'local') remarkOnLooks(operation, given.credential);
  const added = await addAccount(operation, accountId, given, now());
  print(
    added.isNew ? `Added ${accountId} (${upstream_id}) to stage ${stage.name}.` : `${accountId} was there already; ${kept(kind, through)}.`,
  );
  tellWhatToDo(operation, { account_id: accountId, kind, upstream_id }, added);
  const comes = added.isNew || added.placed?.isNew ? yetToCome[kind] : undefined;
  const hasToken = await check(operation, accountId, { replaced: added.replaced, yetToCome: comes });
  if (added.isNew && hasToken) await hintAtPushes(operation, accountId, kind, through);
};

/** What a new account cannot have, and that it will have it by itself. */
const yetToCome: Partial<Record<AccountKind, string>> = {
  third_party_platform: 'PLATFORM_TICKET_MISSING',
  wecom_suite: 'SUITE_TICKET_MISSING',
  official_account_external_token: 'EXTERNAL_TOKEN_STALE',
  wecom_external_token: 'EXTERNAL_TOKEN_STALE',
};

const kept = (kind: AccountKind, through: string | undefined): string => {
  const { secret, through: serving } = termsOf(kind);
  const said = [
    ...(isKeptElsewhere(kind) ? ['its secret is the business of the other system'] : []),
    ...(serving ? [`its ${serving.option} is ${through}`] : []),
    ...(secret === undefined ? [] : [`its ${secret} is replaced`]),
  ];
  return said.join('; ');
};

const tellWhatToDo = (
  { stage, secrets, print, remarkOnCallbacks }: Operation,
  account: { readonly account_id: string; readonly kind: AccountKind; readonly upstream_id: string },
  { isNew, placed, replacesPush }: Added,
) => {
  const { account_id, kind } = account;
  if (placed) print(whatToWrite(stage, account, { name: secrets.nameOf('credentials', account_id), arn: placed.arn }).join('\n'));
  if (replacesPush) print(changeAtOnce(kind));
  if (!isNew) return;
  if (getsTickets(kind)) {
    remarkOnCallbacks();
    print(whatToEnter(stage, account, { encrypted: true }));
  } else if (upstreamOf(kind) === 'WeCom') print(whatToAllow(stage, account));
};

const hintAtPushes = async ({ stage, secrets, print }: Operation, accountId: string, kind: AccountKind, through: string | undefined) => {
  // WeCom pushes nothing about group messages.
  if (upstreamOf(kind) === 'WeCom' || kind === 'third_party_platform') return;
  if (through !== undefined)
    return print(
      `Its pushes come by way of ${through}: messages and events (消息与事件接收配置) have to go to ${messageAddress(stage, through)}`,
    );
  if (await secrets.has('push', accountId)) return;
  print(
    `How many a message reached, and why one failed, WeChat tells by pushes alone. To have them: ${commandLine('push', stage.name, accountId)}`,
  );
};
