import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Attention, AttentionSubject } from '../domain/account.ts';

/** The trouble of one message does not take the place of another's, which it may well meet itself at its next look. */
export const isAnotherTrouble = (present: Attention, { code, errcode, msg_id }: Attention): boolean =>
  present.msg_id === msg_id && (present.code !== code || present.errcode !== errcode);

/**
 * The update that ends an entry as it was read, or puts `next` in its place. What nobody was told of yet goes to what is untold, in the
 * same write.
 */
export const attentionEnded = (
  subject: AttentionSubject,
  { published, ...entry }: Attention,
  next?: Attention,
): Omit<UpdateCommandInput, 'TableName' | 'Key'> => {
  const set = [next && 'attention.#subject = :next', !published && 'untold = list_append(if_not_exists(untold, :none), :untold)'];
  return {
    UpdateExpression: [set.some(Boolean) && `SET ${set.filter(Boolean).join(', ')}`, !next && 'REMOVE attention.#subject']
      .filter(Boolean)
      .join(' '),
    ConditionExpression: 'attention.#subject.since = :since AND attention.#subject.published = :published',
    ExpressionAttributeNames: { '#subject': subject },
    ExpressionAttributeValues: {
      ':since': entry.since,
      ':published': published,
      ...(next && { ':next': next }),
      ...(!published && { ':none': [], ':untold': [{ subject, ...entry }] }),
    },
  };
};
