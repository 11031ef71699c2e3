import { region, rootCredentials } from './aws.ts';
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

For the AWS CLI, and for npm run account -- list --stage local, in that other terminal only (npm start and cdk deploy would go there, too):
export AWS_ENDPOINT_URL=${endpoint} AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}

Ctrl-C ends it and keeps the records.`;
};
