import type { AccountSettings } from './official-account/account.ts';

export const usage = `WeChat's Official Account API on this machine.

npm run simulator -- [options]

  --port N                    default 8095; 0: chosen by the system
  --host ADDRESS              this machine's own only: 127.0.0.1 (default), ::1 or localhost
  --appid ID --secret TEXT    the account; default wx0000000000000001 and simulator-secret
  --protection on|off         whether a send to all waits for the administrator; default on
  --administrator ACTION[:S]  what he does by himself, S seconds after the submission: confirm, refuse or sleep; default sleep
  --window SECONDS            how long he has; default 1800, as WeChat
  --sending SECONDS           how long a send takes; default 10
  --push-url URL              where it pushes what became of a mass message; default nowhere
  --push-token TEXT           3 to 32 letters and digits; default simulatortoken
  --push-key KEY              43 letters and digits, for encryption; default none
  --push-mode MODE            plain, compat or safe; default safe with a key, plain without one
  --help

docs/simulator.md describes what it does and how to order faults.`;

/** What to try, in lines for a shell that work as they stand. */
export const instructions = (url: string, { appid, secret, protection, administrator }: AccountSettings) => {
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const post = (path: string, body: object) => `curl -s "${url}${path}" -d ${quote(JSON.stringify(body))}`;
  const token = '?access_token=$token';
  return `The WeChat simulator listens on ${url}
Account ${appid}, secret ${secret}; protection ${protection ? 'on' : 'off'}, the administrator ${describe(administrator)}. Ctrl-C ends it.

# Get a token
token=$(${post('/cgi-bin/stable_token', { grant_type: 'client_credential', appid, secret })} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
# Send to all, and keep the id
msg_id=$(${post(`/cgi-bin/message/mass/sendall${token}`, { filter: { is_to_all: true }, msgtype: 'mpnews', mpnews: { media_id: 'MEDIA' } })} | sed 's/.*"msg_id":\\([0-9]*\\).*/\\1/')
# Ask what has become of it
curl -s "${url}/cgi-bin/message/mass/get${token}" -d "{\\"msg_id\\":\\"$msg_id\\"}"
# Tell the administrator to confirm
${post('/_simulator/mass-messages/$msg_id/administrator', { action: 'confirm' })}
# Everything at a glance
curl -s ${url}/_simulator
`;
};

const describe = (administrator: AccountSettings['administrator']) => {
  if (!administrator || administrator.action === 'sleep') return 'sleeps';
  return `${administrator.action === 'confirm' ? 'confirms' : 'refuses'} after ${administrator.afterSeconds} s`;
};
