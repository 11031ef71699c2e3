import { createHash } from 'node:crypto';

/** What names an article in the long form of its address: the account, the material, the position and a signature. */
const namingParameters = ['__biz', 'mid', 'idx', 'sn'] as const;
/** WeChat's client adds them for whoever looks at a page: with them, others could pass for that person. */
const personalParameters = ['key', 'pass_ticket', 'uin', 'exportkey'] as const;

/**
 * An address with nothing but what names its article: neither scheme nor fragment, nor the parameters that say how somebody
 * came to it. Short addresses (`/s/<name>`) are named by their path, long ones by four parameters.
 */
export const plainUrl = (url: string): string => {
  const { host, pathname, searchParams } = new URL(url);
  const page = `https://${host}${pathname}`;
  if (pathname.startsWith('/s/')) return page;
  if (['__biz', 'mid', 'idx'].every((name) => searchParams.has(name)))
    return `${page}?${namingParameters.map((name) => `${name}=${encoded(searchParams.get(name) ?? '')}`).join('&')}`;
  // Of a kind that is not known: what differs in any parameter may be another page.
  for (const name of personalParameters) searchParams.delete(name);
  return searchParams.size > 0 ? `${page}?${searchParams}` : page;
};

/** As WeChat writes it: the padding of Base64 stays. */
const encoded = (value: string): string => encodeURIComponent(value).replaceAll('%3D', '=');

/** One for all spellings of an address: SHA-256, in hexadecimal digits. */
export const urlDigest = (url: string): string => createHash('sha256').update(plainUrl(url)).digest('hex');
