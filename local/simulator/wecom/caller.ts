import type { Call } from '../platform.ts';
import { WecomRefusal } from './errors.ts';
import type { App } from './settings.ts';
import type { SuiteState } from './suite-state.ts';
import { checkAddress, valid } from './token-endpoints.ts';

/** Who calls, and whom he may see. */
export interface Caller {
  readonly corpid: string;
  readonly visible: App['visible'];
}

/**
 * The token comes first, then the address, then the permission: an order that is a choice.
 * @throws WecomRefusal 41001, 40014, 42001, 60020, 48002 or 48004
 */
export const authenticate = (suites: SuiteState, call: Call): Caller => {
  const value = call.query.get('access_token');
  if (!value) throw new WecomRefusal(41001);
  const { holder } = valid(suites.wecom, value, { unknown: 40014, expired: 42001 });
  if (holder.kind === 'app') {
    const app = suites.wecom.corps.get(holder.corpid)?.apps.get(holder.agentid);
    if (!app) throw new WecomRefusal(40014);
    checkAddress(app.trusted_ips, call);
    if (!app.customer_contact) throw new WecomRefusal(48002);
    return { corpid: holder.corpid, visible: app.visible };
  }
  if (holder.kind === 'suite') throw new WecomRefusal(40014);
  const suite = suites.suites.get(holder.suiteId);
  if (!suite) throw new WecomRefusal(40014);
  checkAddress(suite.trusted_ips, call);
  const authorization = suites.authorization(holder.suiteId, holder.corpid);
  if (!authorization) throw new WecomRefusal(48004);
  return { corpid: holder.corpid, visible: authorization.visible };
};
