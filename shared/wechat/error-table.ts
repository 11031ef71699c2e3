import { type ErrorTable, lookUp } from './error-lookup.ts';
import { officialAccountErrors } from './official-account-errors.ts';
import { wecomErrors } from './wecom-errors.ts';

export type Platform = 'official_account' | 'wecom';

/**
 * What an errcode asks of us. transient: repeat soon. rate_limited: repeat later. token: renew the access token, once.
 * waiting: a person or WeChat itself has yet to act. permanent: the request or the state is at fault. permission: someone must
 * change a setting, a secret or a right.
 */
export type ErrorClass = 'transient' | 'rate_limited' | 'token' | 'waiting' | 'permanent' | 'permission';

export interface ErrorEntry {
  readonly class: ErrorClass;
  /** Of our own answer: 502 when a credential we keep is at fault, 503 when repeating may help. */
  readonly httpStatus: number;
  readonly retryAfterSeconds?: number;
  readonly meaning: string;
  /** What the operator or the caller should do. */
  readonly hint: string;
}

const tables: Record<Platform, ErrorTable> = { official_account: officialAccountErrors, wecom: wecomErrors };

/**
 * What an errcode means on a platform: the two share numbers, not meanings. A code that is not documented is permanent and 502.
 * Loads both tables: a function that speaks to one platform goes through its transport, which loads one.
 */
export const explainErrcode = (
  platform: Platform,
  errcode: number,
  options: { readonly tokenEndpoint?: boolean } = {},
): ErrorEntry & { readonly known: boolean } => lookUp(tables[platform], errcode, options);
