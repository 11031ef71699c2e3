import * as z from 'zod';
import { accountId, accountKind } from '../../shared/domain/account.ts';

const required = (what: string) => ({
  error: (issue: { input?: unknown }) => (issue.input === undefined ? `is needed: ${what}` : undefined),
});

/** Where the stage is. */
export const place = {
  stage: z
    .string(required('the deployed stage, such as prod'))
    .regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be the name of a stage, such as prod'),
  region: z
    .string()
    .regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'must be a region such as eu-west-1 or cn-north-1')
    .optional(),
};
export const account_id = z.string(required('what the API calls the account, such as oa-main')).pipe(accountId);

const everywhere = { ...place, 'account-id': account_id };
// WeChat gives out wx or ww and 16 hexadecimal digits, and others to providers; a simulated one has what it was told.
const idOf = (what: string) => z.string(required(what)).regex(/^[\w-]+$/, 'must be letters and digits, as WeChat shows it');
const named = (what: string) => z.string(required(`what this stage calls ${what}`)).pipe(accountId);
const appid = idOf('the AppID that WeChat shows');
const corpid = idOf('the id of the corp (企业ID)');

const kinds = [
  z.strictObject({ ...everywhere, kind: z.literal('official_account'), appid }),
  z.strictObject({ ...everywhere, kind: z.literal('third_party_platform'), appid }),
  z.strictObject({
    ...everywhere,
    kind: z.literal('authorized_official_account'),
    appid,
    platform: named('the third-party platform that the account authorized'),
  }),
  z.strictObject({ ...everywhere, kind: z.literal('official_account_external_token'), appid }),
  z.strictObject({
    ...everywhere,
    kind: z.literal('wecom_app'),
    corpid,
    agentid: z.string().regex(/^\d+$/, 'must be digits, as WeCom shows it').optional(),
  }),
  z.strictObject({ ...everywhere, kind: z.literal('wecom_suite'), 'suite-id': idOf('the id of the suite (SuiteID)') }),
  z.strictObject({ ...everywhere, kind: z.literal('wecom_suite_app'), corpid, suite: named('the suite that the corp installed') }),
  z.strictObject({ ...everywhere, kind: z.literal('wecom_external_token'), corpid }),
] as const;

/** The options of `add`: which of them there are depends on the kind. */
export const addOptions = z.discriminatedUnion('kind', kinds, { error: `must be one of ${accountKind.options.join(', ')}` });
export type AddOptions = z.infer<typeof addOptions>;

/** The kinds that take an option, which those others do not. */
export const kindsWith = (option: string): string =>
  kinds
    .filter(({ shape }) => option in shape)
    .map(({ shape }) => shape.kind.value)
    .join(', ');

/** What WeChat calls the account that is added. */
export const upstreamIdIn = (options: AddOptions): string => {
  if ('appid' in options) return options.appid;
  return 'suite-id' in options ? options['suite-id'] : options.corpid;
};

/** The account that its token is had through. */
export const throughIn = (options: AddOptions): string | undefined => {
  if ('platform' in options) return options.platform;
  return 'suite' in options ? options.suite : undefined;
};
