import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Fault, Faults } from './faults.ts';
import type { Content, Reply } from './http.ts';
import type { Journal } from './journal.ts';
import { parseLossless } from './lossless-json.ts';
import type { Call, Platform, WechatAnswer } from './platform.ts';

interface Parts {
  readonly platforms: readonly [Platform, ...Platform[]];
  readonly faults: Faults;
  readonly journal: Journal;
  /** Ends the waiting of delayed answers. */
  readonly closing: AbortSignal;
}

/** Answers one call to WeChat, by the platform that owns the path, or as an ordered fault will have it. */
export const makeWechat =
  ({ platforms, faults, journal, closing }: Parts) =>
  async (call: Call): Promise<Reply> => {
    const fault = call.path.startsWith('/cgi-bin') ? faults.take(call) : undefined;
    const platform = platforms.find((each) => each.owns(call.path));
    const work = async () => (platform ? json(await platform.answer(call)) : notFound);
    const fail = (errcode: number, errmsg?: string) => json((platform ?? platforms[0]).failure(errcode, errmsg));

    const { reply, errcode } = fault
      ? await disturb(fault, call, { work, fail, invalidToken: (platform ?? platforms[0]).invalidToken, closing })
      : await work();
    journal.record({
      method: call.method,
      path: call.path,
      status: typeof reply === 'string' ? null : reply.status,
      errcode,
      ...(fault && { fault: fault.kind }),
    });
    return reply;
  };

interface Answered<Kind extends Reply = Reply> {
  readonly reply: Kind;
  readonly errcode: number | null;
}

/** Business errors come with HTTP status 200, and WeChat writes its media type this way. */
const json = (answer: WechatAnswer): Answered<Content> => ({
  reply: { status: 200, contentType: 'application/json; encoding=utf-8', body: JSON.stringify(answer) },
  errcode: answer.errcode ?? null,
});

const content = (status: number, contentType: string, body: string): Answered<Content> => ({
  reply: { status, contentType, body },
  errcode: null,
});

const notFound = content(404, 'text/plain', '');

/** What a proxy in between says of its own accord. */
const page = '<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n';

interface Undisturbed {
  readonly work: () => Promise<Answered<Content>>;
  readonly fail: (errcode: number, errmsg?: string) => Answered<Content>;
  readonly invalidToken: number;
  readonly closing: AbortSignal;
}

const disturb = async (fault: Fault, call: Call, { work, fail, invalidToken, closing }: Undisturbed): Promise<Answered> => {
  if ('after_effect' in fault && fault.after_effect) await work();
  switch (fault.kind) {
    case 'errcode':
      return fail(fault.errcode, fault.errmsg);
    case 'wrong_token':
      return fail(invalidToken);
    case 'http':
      return content(fault.status, 'text/plain', fault.body);
    case 'html':
      return content(200, 'text/html', page);
    case 'truncated': {
      const { reply } = await work();
      return { reply: { ...reply, body: reply.body.slice(0, reply.body.length / 2) }, errcode: null };
    }
    case 'delay':
      await sleep(fault.ms, undefined, { signal: closing }).catch(() => {}); // closing: the connection is gone already
      return work();
    case 'repeat_cursor': {
      const { reply, errcode } = await work();
      return { reply: { ...reply, body: repeatCursor(call.body, reply.body) }, errcode };
    }
    case 'cut':
    case 'silence':
      return { reply: fault.kind, errcode: null };
  }
};

/** A page that names its own cursor as the next one. The first page of a list has none to repeat, and stays as it is. */
const repeatCursor = (asked: string, answered: string) => {
  const cursor = cursorIn.safeParse(parseLossless(asked)).data?.cursor;
  const answer = pageIn.safeParse(parseLossless(answered)).data;
  return cursor && answer ? JSON.stringify({ ...answer, next_cursor: cursor }) : answered;
};
const cursorIn = z.object({ cursor: z.string() });
const pageIn = z.looseObject({ next_cursor: z.string() });
