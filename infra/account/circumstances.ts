import type { Account, AccountKind } from '../../shared/domain/account.ts';
import type { Replacement } from './account-secrets.ts';
import { shownTime } from './account-table.ts';
import type { DeployedStage } from './deployed-stage.ts';
import { commandLine } from './help.ts';
import { termsOf, upstreamOf } from './terms.ts';

/** What an explanation is made from, beside the failure itself. */
export interface Circumstances {
  readonly stage: Pick<DeployedStage, 'name' | 'region' | 'egressAddresses' | 'leavesByOwnVpc' | 'apiUrl' | 'kmsKey'>;
  /** Whose token was asked for. */
  readonly asked: string;
  /** Whose token cannot be had: that account, or its third-party platform or suite. */
  readonly account: Pick<Account, 'account_id' | 'kind' | 'upstream_id' | 'platform' | 'ticket' | 'authorization'>;
  /** Of its third-party platform or suite, where it has one. */
  readonly platformIs?: AccountKind | 'not there' | undefined;
  /** Until when the service has another token, if it has one. */
  readonly servesUntil?: string | undefined;
  /** Of the credential that was refused, if it took the place of another just now. */
  readonly replaced?: Replacement | undefined;
  /** Whether it is stored what pushes to a platform or suite are signed with. */
  readonly pushesUnderstood?: boolean | undefined;
}

export const checkAgain = ({ stage, asked }: Pick<Circumstances, 'stage' | 'asked'>): string =>
  `Then: ${commandLine('check', stage.name, asked)}`;

/** Of an id that WeChat does not know. */
export const addAnew = ({ stage, account: { account_id, kind } }: Circumstances): string =>
  `The ${termsOf(kind).id} of an account is never changed: ${commandLine('remove', stage.name, account_id)}, then add it with the right one.`;

/** Of a ticket that is not taken. */
export const arrived = ({ account: { ticket } }: Circumstances): string =>
  ticket ? `; the one that is kept arrived at ${shownTime(ticket.received_at)}` : '';

/** Without Token and key no ticket is understood. */
export const pushesNotUnderstood = ({ stage, account, pushesUnderstood }: Circumstances): readonly string[] =>
  pushesUnderstood === false
    ? [
        `Token and EncodingAESKey of its pushes are not stored, without which none is understood: ${commandLine('push', stage.name, account.account_id)}`,
      ]
    : [];

/** Those to enter on a list, and what WeChat saw. @param errmsg where it is known what WeChat said */
export const addressLines = (errmsg: string | undefined, { stage, account }: Circumstances): readonly string[] => {
  const { egressAddresses, leavesByOwnVpc } = stage;
  const upstream = upstreamOf(account.kind);
  const seen = /\b(?:invalid ip|requestIP:?|from ip:) ([\d.a-f:]+)/i.exec(errmsg ?? '')?.[1];
  if (egressAddresses.length === 0)
    return [
      ...(seen === undefined
        ? errmsg === undefined
          ? []
          : [`${upstream} did not name the address: ${errmsg}`]
        : [`Address to enter: ${seen}`]),
      leavesByOwnVpc
        ? 'The service leaves by a VPC of yours: enter every other address of its NAT gateways as well.'
        : `The stage has no fixed address: ${upstream} will see another one some day.`,
    ];
  const enter = `${egressAddresses.length === 1 ? 'Address' : 'Addresses'} to enter: ${egressAddresses.join(', ')}`;
  if (seen === undefined || egressAddresses.includes(seen)) return [enter];
  return [enter, `But ${upstream} saw ${seen}, which is none of them: look first why the service does not call from its fixed addresses.`];
};

/** Reading a secret is no right of the operator's; moving the stage between its versions does without. */
export const wayBack = ({ secret, before, now }: Replacement, { stage, account }: Circumstances): readonly string[] => [
  `The ${termsOf(account.kind).secret} that was there before is kept (AWSPREVIOUS in Secrets Manager). If it is the right one, add it again, or put it back:`,
  `  aws secretsmanager update-secret-version-stage --region ${stage.region} --secret-id ${secret} --version-stage AWSCURRENT --move-to-version-id ${before} --remove-from-version-id ${now}`,
];
