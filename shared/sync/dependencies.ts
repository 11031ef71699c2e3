import type { SyncSchedule } from '../domain/sync-schedule.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { AccountStore } from '../store/account-store.ts';
import type { DeliveryStore } from '../store/delivery-store.ts';
import type { GroupMessageStore } from '../store/group-message-store.ts';
import type { GroupTaskStore } from '../store/group-task-store.ts';
import type { SyncStore } from '../store/sync-store.ts';
import type { TokenSource } from '../tokens/token-source.ts';
import type { WecomClient } from '../wechat/wecom.ts';

/** What every step needs: the sync, its account, and somebody to tell when it ends. */
export interface StepDependencies {
  readonly accounts: Pick<
    AccountStore,
    'get' | 'takeSyncLease' | 'endSyncLease' | 'raiseAttention' | 'markAttentionPublished' | 'clearAttention'
  >;
  readonly syncs: Pick<SyncStore, 'get' | 'save' | 'saveShard'>;
  readonly events: EventBus;
  readonly schedule: SyncSchedule;
  readonly now?: () => Date;
}

/** What a step needs that asks WeCom. */
export interface AskingDependencies extends StepDependencies {
  readonly tokens: Pick<TokenSource, 'withToken'>;
  readonly wecom: Pick<WecomClient, 'listGroupMessages' | 'listTasks' | 'listResults'>;
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/** The records that a sync brings up to date. */
export interface Records {
  readonly groupMessages: Pick<GroupMessageStore, 'create' | 'get' | 'known' | 'save' | 'due' | 'createdIn'>;
  readonly groupTasks: Pick<GroupTaskStore, 'pages' | 'putAll' | 'notePage' | 'noteCounts' | 'save'>;
  readonly deliveries: Pick<DeliveryStore, 'ofTask' | 'putAll'>;
}
