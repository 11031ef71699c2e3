import type { CorpSettings } from './simulator/simulator.ts';

/** What stage `local` calls its account on WeCom, and what the simulator knows it by. */
export const demoCorpAccount = {
  account_id: 'wecom-main',
  corpid: 'ww8d7c6b5a49382716',
  secret: 'not-a-secret-either-for-the-same-reason',
};
const { corpid, secret } = demoCorpAccount;

/** How many messages there are, to how many customers of each member. */
export const demoSize = { messages: 3, members: 40, customers: 50, deliveries: 6_000 };
export const demoCorp: CorpSettings = { corpid, apps: [{ secret }], members: demoSize.members, customers_per_member: demoSize.customers };
