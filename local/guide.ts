import { region, rootCredentials } from './aws.ts';
import { demoCorpAccount } from './demo-corp.ts';
import { demoAccount, type LocalStack } from './stack.ts';

/** Lines that work as they stand in another terminal; `msgId` is new to everyone. */
export const guide = ({ endpoint, api, simulator }: LocalStack, msgId: string): string => {
  const { accessKeyId, secretAccessKey } = rootCredentials;
  const messages = `${api.url}/v1/accounts/${demoAccount.account_id}/mass-messages`;
  const live = `${api.url}/v1/accounts/${demoAccount.account_id}/live/mass-messages/${msgId}`;
  const control = `${simulator.url}/_simulator/mass-messages`;
  const signed = `curl -s -w '\\n' --aws-sigv4 aws:amz:${region}:execute-api --user ${accessKeyId}:${secretAccessKey}`;
  return `
Serving. In another terminal:

# WeChat accepts a mass message to all, whose administrator has 20 s to confirm; Waybill follows it
curl -sf ${control} -d '{"msg_id":"${msgId}"}' &&
${signed} ${messages} -H 'content-type: application/json' -d '{"msg_id":"${msgId}","label":"by hand"}'
# the administrator confirms (or: "refuse")
curl -s ${control}/${msgId}/administrator -d '{"action":"confirm"}'
# what became of it; all of the account; what WeChat says now
${signed} ${messages}/${msgId}
${signed} '${messages}?limit=10'
${signed} ${live}
${wecomGuide({ api, simulator }, signed)}
For the AWS CLI, and for npm run account -- list --stage local, in that other terminal only (npm start and cdk deploy would go there, too):
export AWS_ENDPOINT_URL=${endpoint} AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}

Ctrl-C ends it and keeps the records.`;
};

/** The same for the newest of the group messages. */
const wecomGuide = ({ api, simulator }: Pick<LocalStack, 'api' | 'simulator'>, signed: string): string => {
  const { control, url } = simulator;
  const [newest] = control.listGroupMessages();
  if (!newest) return '';
  const { msgid, created_at } = newest;
  const start_time = `${created_at.slice(0, 19)}Z`; // WeCom counts whole seconds
  const account = `${api.url}/v1/accounts/${demoCorpAccount.account_id}`;
  const message = `${account}/group-messages/${msgid}`;
  const [delivery] = control.groupMessageDeliveries(msgid);
  return `
# a WeCom group message with its totals; who has not pressed send; whom it did not reach; everything that one customer received
${signed} ${message}
${signed} '${message}/tasks?status=pending'
${signed} '${message}/deliveries?status=limit_reached&limit=5'
${signed} ${account}/recipients/${delivery?.recipient_id}/deliveries
# two members press send: a sync, of which one begins every minute, finds it; this one at once
curl -s ${url}/_simulator/group-messages/${msgid}/press-send -d '{"count":2}' &&
sync=$(${signed} ${account}/group-messages/sync -H 'content-type: application/json' -d '{"start_time":"${start_time}"}' | grep -o '[0-9]*t[0-9]*z-[0-9a-f]*')
# how far it is; how the last one ended; what WeCom says now
${signed} ${account}/syncs/$sync
${signed} ${account}
${signed} '${account}/live/group-messages/${msgid}/tasks?limit=5'
`;
};
