import type { Account, AccountKind } from '../../shared/domain/account.ts';
import type { Replacement } from './account-secrets.ts';
import type { DeployedStage } from './deployed-stage.ts';
import { commandLine } from './help.ts';

/** What an explanation is made from, beside the failure itself. */
export interface Circumstances {
  readonly stage: Pick<DeployedStage, 'name' | 'region' | 'egressAddresses' | 'leavesByOwnVpc' | 'apiUrl' | 'kmsKey'>;
  /** Whose token was asked for. */
  readonly asked: string;
  /** Whose token cannot be had: that account, or its third-party platform. */
  readonly account: Pick<Account, 'account_id' | 'kind' | 'upstream_id' | 'platform' | 'ticket' | 'authorization'>;
  /** Of its third-party platform, where it has one. */
  readonly platformIs?: AccountKind | 'not there' | undefined;
  /** Until when the service has another token, if it has one. */
  readonly servesUntil?: string | undefined;
  /** Of the credential that was refused, if it took the place of another just now. */
  readonly replaced?: Replacement | undefined;
  /** Whether it is stored what pushes to a platform are signed with. */
  readonly pushesUnderstood?: boolean | undefined;
}

export const checkAgain = ({ stage, asked }: Pick<Circumstances, 'stage' | 'asked'>): string =>
  `Then: ${commandLine('check', stage.name, asked)}`;

/** Those to enter on a list, and what WeChat saw. */
export const addressLines = (errmsg: string, { egressAddresses, leavesByOwnVpc }: Circumstances['stage']): readonly string[] => {
  const seen = /\b(?:invalid ip|requestIP:?) ([\d.a-f:]+)/i.exec(errmsg)?.[1];
  if (egressAddresses.length === 0)
    return [
      seen === undefined ? `WeChat did not name the address: ${errmsg}` : `Address to enter: ${seen}`,
      leavesByOwnVpc
        ? 'The service leaves by a VPC of yours: enter every other address of its NAT gateways as well.'
        : 'The stage has no fixed address: WeChat will see another one some day.',
    ];
  const enter = `${egressAddresses.length === 1 ? 'Address' : 'Addresses'} to enter: ${egressAddresses.join(', ')}`;
  if (seen === undefined || egressAddresses.includes(seen)) return [enter];
  return [enter, `But WeChat saw ${seen}, which is none of them: look first why the service does not call from its fixed addresses.`];
};
