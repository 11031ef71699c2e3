import { createHash } from 'node:crypto';
import { WecomRefusal } from './errors.ts';

/** A place in one list, as text that tells its reader nothing and that nobody can make up or use for another list. */
export const sealCursor = (list: string, place: number) => {
  const text = String(place);
  return Buffer.from(`${checksum(list, text)}${text}`).toString('base64url');
};

/** @throws WecomRefusal 50100 */
export const openCursor = (list: string, cursor: string) => {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const place = text.slice(checksumLength);
  if (!/^\d+$/.test(place) || text.slice(0, checksumLength) !== checksum(list, place)) throw new WecomRefusal(50100);
  return Number(place);
};

const checksumLength = 24;
const checksum = (list: string, place: string) =>
  createHash('sha256').update(`cursor\n${list}\n${place}`).digest('hex').slice(0, checksumLength);
