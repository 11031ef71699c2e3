import type { Failure } from '../../shared/domain/account.ts';
import { shownTime } from './account-table.ts';
import { type Circumstances, checkAgain } from './circumstances.ts';
import { explainNamedAccount } from './explain-named-account.ts';
import { explainOfficialAccountFailure } from './explain-official-account-failure.ts';
import { explainPlatformFailure } from './explain-platform-failure.ts';
import { explainWecomFailure } from './explain-wecom-failure.ts';
import { whatToWrite } from './external-token.ts';
import { addLine } from './help.ts';
import { isKeptElsewhere, roleOf, upstreamOf } from './terms.ts';

/** Why no token can be had and what to do about it, for whoever runs the command: the first line says what, the others what to do. */
export const explainFailure = (failure: Failure, about: Circumstances): string => {
  const [what, ...steps] = explainNamedAccount(failure, about) ?? ofItsUpstream(failure, about) ?? ofAnyKind(failure, about);
  const { account_id, kind } = about.account;
  const whose = account_id === about.asked ? '' : `its ${roleOf(kind)} ${account_id} has none: `;
  const serves =
    about.servesUntil && `The token that the service has is valid until ${shownTime(about.servesUntil)}: until then it goes on.`;
  return [`No token for ${about.asked}: ${whose}${what}`, ...[...steps, serves].filter(Boolean).map((step) => `  ${step}`)].join('\n');
};

/** The two share numbers, not meanings. */
const ofItsUpstream = (failure: Failure, about: Circumstances): readonly string[] | undefined =>
  upstreamOf(about.account.kind) === 'WeCom'
    ? explainWecomFailure(failure, about)
    : (explainPlatformFailure(failure, about) ?? explainOfficialAccountFailure(failure, about));

const ofAnyKind = (failure: Failure, about: Circumstances): readonly string[] => {
  const { stage, account } = about;
  const { account_id, kind } = account;
  const again = checkAgain(about);
  const name = `waybill/${stage.name}/credentials/${account_id}`;
  switch (failure.code) {
    case 'WECHAT_UNREACHABLE':
    case 'WECHAT_TIMEOUT':
      return [
        `the service does not reach ${upstreamOf(kind)} (${failure.detail}).`,
        `Look at its way out (NAT gateways, routes and security groups of its private subnets), and at the URL that the stage has for ${upstreamOf(kind)}.`,
        again,
      ];
    case 'EXTERNAL_TOKEN_STALE':
      return [`${failure.detail}.`, ...whatToWrite(stage, account, { name }), again];
    case 'CREDENTIALS_UNUSABLE':
      return isKeptElsewhere(kind)
        ? [`${failure.detail}.`, ...whatToWrite(stage, account, { name }), `Where there is no such secret: ${addLine(stage.name, account)}`]
        : [`${failure.detail}.`, `Then: ${addLine(stage.name, account)}`];
    default:
      return [failure.detail, failure.hint, again];
  }
};
