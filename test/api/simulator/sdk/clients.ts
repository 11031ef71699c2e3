import API from 'co-wechat-api';
import { CacheInterface, OfficialAccount } from 'node-easywechat';
import * as z from 'zod';
import { account } from '../running-simulator.ts';

/** What WeChat said to one call, whether the SDK hands it over or throws it. */
type Answer = Readonly<Record<string, unknown>>;

/** Where tokens come from, when it is not the client itself that fetches and keeps them. */
interface TokenSource {
  readonly load: () => Promise<{ readonly accessToken: string; readonly expireTime: number } | undefined>;
  /** Whether the client may fetch another one. */
  readonly isFinal: boolean;
}

/** co-wechat-api has the address in a property. */
export const coWechatApi = (url: string, tokens?: TokenSource) => {
  const api = new API(account.appid, account.secret, tokens?.load, tokens && (async () => {}), tokens?.isFinal);
  api.prefix = `${url}/cgi-bin/`;
  return api;
};

/** node-easywechat hands its `http` settings to axios. It has no operations of its own, only HTTP calls with the token added. */
export const easyWechat = (url: string, settings: ConstructorParameters<typeof OfficialAccount>[0] = {}) =>
  new OfficialAccount({ app_id: account.appid, secret: account.secret, http: { baseURL: url }, ...settings }).setCache(new MemoryCache());

/** The SDK's own cache writes tokens into the working folder. This one never expires: the simulator's time is not the machine's. */
export class MemoryCache extends CacheInterface {
  readonly #entries = new Map<string, unknown>();
  override get = async (key: string) => this.#entries.get(key) ?? null;
  override has = async (key: string) => this.#entries.has(key);
  override set = async (key: string, data: unknown) => {
    this.#entries.set(key, data);
    return true;
  };
  override delete = async (key: string) => this.#entries.delete(key);
  clear = () => this.#entries.clear();
}

/** The API for mass messages as one SDK offers it. */
export interface MassMessages {
  readonly sendToAll: (mediaId: string) => Promise<Answer>;
  readonly status: (msgId: unknown) => Promise<Answer>;
  readonly deleteAll: (msgId: unknown) => Promise<Answer>;
}

const wechatError = z.object({ name: z.literal('WeChatAPIError'), code: z.number() });

/** What co-wechat-api throws for an errcode, as an answer. */
export const thrown = (error: unknown): Answer => ({ errcode: wechatError.parse(error).code });

export const withCoWechatApi = (url: string): MassMessages => {
  const api = coWechatApi(url);
  return {
    sendToAll: (mediaId) => api.massSendNews(mediaId, true).catch(thrown),
    status: (msgId) => api.getMassMessageStatus(msgId).catch(thrown),
    deleteAll: (msgId) => api.deleteMass(msgId).catch(thrown),
  };
};

export const withEasyWechat = (url: string): MassMessages => {
  const post = massMessageCalls(easyWechat(url));
  return {
    sendToAll: (media_id) => post('sendall', { filter: { is_to_all: true }, msgtype: 'mpnews', mpnews: { media_id } }),
    status: (msg_id) => post('get', { msg_id }),
    deleteAll: (msg_id) => post('delete', { msg_id }),
  };
};

export const massMessageCalls = (app: OfficialAccount) => async (operation: string, body: object) =>
  (await app.getClient().postJson(`cgi-bin/message/mass/${operation}`, body)).toObject();
