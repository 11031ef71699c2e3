import { OpenWork, Work } from 'node-easywechat';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { pushKey, pushToken } from '../receiver.ts';
import { runSimulator } from '../running-simulator.ts';
import { corp, start } from '../running-wecom.ts';
import { MemoryCache } from './clients.ts';
import { serveEasyWechat } from './easywechat-server.ts';

const row = z.record(z.string(), z.unknown());
const pageSchema = z.looseObject({ errcode: z.literal(0), next_cursor: z.string() });

/** Anything of the SDK's that posts with a token of its own. */
interface Client {
  postJson(url: string, body: object): Promise<{ toObject(): unknown }>;
}

/** All rows of a list, by the SDK's calls. */
const readAll = async (client: Client, name: string, list: string, body: object) => {
  const rows: z.output<typeof row>[] = [];
  let cursor = '';
  do {
    const response = await client.postJson(`cgi-bin/externalcontact/${name}`, { ...body, ...(cursor && { cursor }) });
    const page = pageSchema.parse(response.toObject());
    rows.push(...z.array(row).parse(page[list]));
    cursor = page.next_cursor;
  } while (cursor !== '');
  return rows;
};

/** Every delivery of the newest message, found from the list of messages on. */
const readCampaign = async (client: Client) => {
  const period = { chat_type: 'single', start_time: start - 3600, end_time: start + 3600 };
  const messages = await readAll(client, 'get_groupmsg_list_v2', 'group_msg_list', { ...period, limit: 2 });
  const msgid = messages[0]?.['msgid'];
  const tasks = await readAll(client, 'get_groupmsg_task', 'task_list', { msgid, limit: 4 });
  const deliveries: z.output<typeof row>[] = [];
  for (const { userid } of tasks)
    deliveries.push(...(await readAll(client, 'get_groupmsg_send_result', 'send_list', { msgid, userid, limit: 7 })));
  return { messages, tasks, deliveries };
};

const campaign = { msgid: 'newest', sending: { share: 0.5 }, outcomes: { not_friend: 0.1, limit_reached: 0.2 }, recipients_per_member: 25 };

describe('node-easywechat', () => {
  it('reads all three lists to their end, as an app of the corp', async () => {
    const { control, url } = await runSimulator({ corps: [{ ...corp, members: 10 }] });
    for (let count = 1; count <= 4; count += 1) control.createGroupMessage({ age_seconds: count });
    control.createGroupMessage(campaign);
    const app = new Work({ corp_id: corp.corpid, secret: 'secret-one', http: { baseURL: url } }).setCache(new MemoryCache());
    const { messages, tasks, deliveries } = await readCampaign(app.getClient());
    expect(messages).toHaveLength(5);
    expect(tasks.map(({ userid, status, send_time = null }) => ({ userid, status, send_time }))).toEqual(
      control.groupMessageTasks('newest'),
    );
    expect(
      deliveries.map(({ external_userid, userid, status, send_time = null }) => ({
        userid,
        recipient_id: external_userid,
        status,
        send_time,
        listed: true,
      })),
    ).toEqual([...control.groupMessageDeliveries('newest')]);
    expect(control.calls().counts).toMatchObject({ '/cgi-bin/gettoken': 1 });
  });

  it('takes the ticket of a suite, and reads for a corp that authorized it', async () => {
    const cache = new MemoryCache();
    const serverUrl: string = await serveEasyWechat((request) => suite().setRequest(request).getServer().serve());
    const push = { url: serverUrl, token: pushToken, encoding_aes_key: pushKey };
    const { control, url } = await runSimulator({
      corps: [corp],
      suites: [
        {
          suite_id: 'ww-suite',
          suite_secret: 'secret-of-suite',
          push,
          authorized: [{ corpid: corp.corpid, permanent_code: 'code-one', visible: 2 }],
        },
      ],
    });
    const suite = () =>
      new OpenWork({
        corp_id: 'ww-provider',
        provider_secret: 'unused',
        suite_id: 'ww-suite',
        suite_secret: 'secret-of-suite',
        token: pushToken,
        aes_key: pushKey,
        http: { baseURL: url },
      }).setCache(cache);
    // This SDK expects the provider's own corpid in the echostr.
    expect(await control.verifySuiteUrl('ww-suite', 'ww-provider')).toMatchObject({ verified: true });
    expect(await control.pushSuiteTicket('ww-suite')).toMatchObject({ state: 'delivered', attempts: [{ answer: 'success' }] });
    control.createGroupMessage(campaign);
    const client = await suite().getAuthorizerClient(corp.corpid, 'code-one');
    const { tasks, deliveries } = await readCampaign(client);
    expect([tasks.length, deliveries.length]).toEqual([2, 50]);
  });
});
