import { createHash } from 'node:crypto';

/** Which of the workers reads a member's deliveries: the same at every attempt, and evenly spread whatever userids look like. */
export const shardOf = (userid: string, shards: number): number => createHash('sha256').update(userid).digest().readUInt32BE() % shards;
