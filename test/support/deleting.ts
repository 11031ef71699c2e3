import { makeDeleteByUrl } from '../../shared/deletion/delete-by-url.ts';
import { type DeletionDependencies, makeDeleteMessage } from '../../shared/deletion/delete-message.ts';
import type { DeletionTarget } from '../../shared/domain/deletion.ts';
import { follow, published, register } from '../../shared/domain/follow.ts';
import { secondsAfter } from '../../shared/domain/time.ts';
import type { Execution } from '../../shared/tracking/executions.ts';
import { createOfficialAccountClient, officialAccountTransport } from '../../shared/wechat/official-account.ts';
import type { useWorld } from './world.ts';

type World = ReturnType<typeof useWorld>;
type Script = Parameters<ReturnType<World['simulator']>['control']['createMassMessage']>[0];

export const deletePath = '/cgi-bin/message/mass/delete';
const getPath = '/cgi-bin/message/mass/get';

/** An account with a message of three articles that was sent, what deletes of it, and, if it is `tracked`, our record of it, settled and told. */
export const deletingIn =
  (world: World) =>
  async (script: Script = {}, { tracked = true }: { readonly tracked?: boolean } = {}) => {
    const account = await world.openAccount();
    const { account_id, appid, schedule } = account;
    const { control } = world.simulator();
    const send = (more: Script = {}) =>
      control.createMassMessage({ appid, to_all: false, articles: 3, sending_seconds: 0, ...script, ...more });
    const { msg_id, articles: sentArticles } = send();
    const urls = sentArticles.map(({ url }) => url);
    const started: Execution[] = [];
    const dependencies = {
      ...account,
      articles: world.articles(),
      executions: { start: async (execution: Execution) => void started.push(execution) },
      tokens: account.newProcess(),
      now: world.now,
    } satisfies DeletionDependencies;
    /** For a WeChat that is silent: it is waited for for a second. */
    const impatient = createOfficialAccountClient(
      officialAccountTransport({ baseUrl: world.simulator().url, now: world.now, timeoutMs: 1000 }),
    );
    /** A message as it is once everybody was told that it was sent. */
    const addSettled = async (id: string) => {
      const registered = register({ account_id, msg_id: id }, world.now(), schedule);
      const sent = follow(registered, { seen: 'status', status: 'SEND_SUCCESS', upstream: {} }, world.now(), schedule);
      await account.messages.create(published(sent, 1));
    };
    if (tracked) await addSettled(msg_id);
    const calls = (path: string) => control.calls().counts[path] ?? 0;
    const before = { [deletePath]: calls(deletePath), [getPath]: calls(getPath) };
    const row = (id = msg_id) => account.messages.get(account_id, id);
    return {
      ...account,
      ...dependencies,
      dependencies,
      impatient,
      msg_id,
      urls,
      send,
      addSettled,
      started,
      row,
      deletions: async (id = msg_id) => (await row(id)).deletions.map(({ target, outcome }) => `${target} ${outcome}`),
      /** How often WeChat was asked since this was opened. */
      asked: () => calls(deletePath) - (before[deletePath] ?? 0),
      looked: () => calls(getPath) - (before[getPath] ?? 0),
      remove: (target: DeletionTarget, parts: Partial<DeletionDependencies> = {}, caller = 'tester') =>
        makeDeleteMessage({ ...dependencies, ...parts })({ account_id, msg_id, target, caller, deadline: secondsAfter(world.now(), 29) }),
      removeUrl: (url: string, parts: Partial<DeletionDependencies> = {}, caller = 'tester') =>
        makeDeleteByUrl({ ...dependencies, ...parts })({ account_id, url, caller, deadline: secondsAfter(world.now(), 29) }),
      /** What an execution of the row's present attempt does at once and at its next steps, until it ends. */
      follow: async (steps = 1) => {
        for (let taken = 0; taken < steps; taken++) {
          const step = await account.takeStep(msg_id, (await row()).attempt);
          if (step.settled || taken === steps - 1) return step;
          world.pass(step.wait_seconds);
        }
        return undefined;
      },
    };
  };
