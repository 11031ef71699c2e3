import { createCampaigns, keepCampaigns } from './campaigns.ts';
import { demoCorpAccount, demoSize } from './demo-corp.ts';
import type { Progress } from './progress.ts';
import { runSync, showSync, showTotals } from './show-sync.ts';
import type { LocalStack } from './stack.ts';

const { account_id } = demoCorpAccount;

/**
 * Group messages that nobody knows yet, and two syncs of them: one that reads and writes everything, one that finds nothing changed.
 * @returns what is wrong with how it went
 */
export const syncNew = async (stack: LocalStack, progress: Progress): Promise<string[]> => {
  const { messages, members, customers, deliveries } = demoSize;
  // Until a minute after it (`every_s` of stage local) the schedule begins none, which would be the first to find the messages.
  await progress.step(`Syncing ${account_id}, which has sent nothing yet`, () => runSync(stack));
  createCampaigns(stack.simulator, new Date());
  keepCampaigns(stack.simulator, stack.cdk.folder);
  progress.line(`\n${messages} group messages of ${account_id}, each by ${members} members to ${customers} customers of theirs.`);
  progress.line(`A sync of these ${deliveries.toLocaleString('en-US')} deliveries:`);
  const first = await showSync(stack, progress);
  const wrong = await showTotals(stack, progress);
  if (first.messages.new !== messages || first.deliveries.written !== deliveries)
    wrong.push(`the first sync found ${first.messages.new} messages and wrote ${first.deliveries.written} deliveries`);
  progress.line('\nA second sync, at once:');
  const second = await showSync(stack, progress);
  if (second.tasks.written + second.deliveries.written > 0) wrong.push('the second sync wrote what had not changed');
  return wrong;
};

/** Members press send: of the whole campaign a sync asks for theirs alone. @returns as `syncNew` */
export const syncPressed = async (stack: LocalStack, progress: Progress): Promise<string[]> => {
  const { control } = stack.simulator;
  const pressing = 3;
  const [message] = control.listGroupMessages();
  if (!message) throw new Error('there is no group message');
  control.pressSend(message.msgid, { count: pressing });
  progress.line(`\n${pressing} more members press send in ${message.msgid}. A third sync:`);
  const sync = await showSync(stack, progress);
  const wrong = await showTotals(stack, progress);
  if (sync.tasks.written !== pressing || sync.deliveries.written !== pressing * demoSize.customers)
    wrong.push(`the third sync wrote ${sync.tasks.written} tasks and ${sync.deliveries.written} deliveries`);
  return wrong;
};

/** What an earlier start has left. @returns as `syncNew` */
export const syncKnown = async (stack: LocalStack, progress: Progress): Promise<string[]> => {
  progress.line(`A sync of ${account_id}, whose messages are of an earlier start:`);
  await showSync(stack, progress);
  return showTotals(stack, progress);
};
