import * as z from 'zod';

const count = z.int().nonnegative().nullable();
/** How many recipients, as the push said: WeChat counts shortly before the end and tells nobody later. Null: it named no such number. */
export const counts = z.object({
  /** Followers with the tag, or OpenIDs in the list. */
  total_count: count,
  /** What the filters left of them: region, sex, who opted out, who had four messages this month. */
  filter_count: count,
  sent_count: count,
  error_count: count,
});
export type Counts = z.infer<typeof counts>;

/** One article of a message and the address of its page, counted from 1. */
export const article = z.object({ article_idx: z.int().positive(), url: z.url({ protocol: /^https?$/ }).max(2048) });
export type Article = z.infer<typeof article>;

const code = z.int().nonnegative().optional();
/** What the check for originality found. Which numbers its states can have is documented for `check_state` alone. */
export const copyright = z.object({
  /** 1: no reprint, may be sent. 2: a reprint, may be sent. 3: a reprint, may not be sent. */
  check_state: code,
  articles: z.array(
    z.object({
      article_idx: article.shape.article_idx.optional(),
      user_declare_state: code,
      audit_state: code,
      original_article_url: article.shape.url.optional(),
      original_article_type: code,
      can_reprint: code,
      need_replace_content: code,
      need_show_reprint_source: code,
    }),
  ),
});
export type Copyright = z.infer<typeof copyright>;

/** The newest push about a message. */
export const pushed = z.object({
  at: z.iso.datetime(),
  /** WeChat's word, its white space collapsed. */
  status: z.string(),
  /** What it stands for, where that is documented. */
  meaning: z.string().optional(),
  /** Verbatim, but for the lists, which are the row's `articles` and `copyright`. */
  upstream: z.unknown(),
});
export type Pushed = z.infer<typeof pushed>;
