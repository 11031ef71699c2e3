const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Where a platform is reached; may have a path prefix. Plain http only to this machine: the access token is part of every URL.
 * @throws Error naming the setting, for anything else.
 */
export const parseBaseUrl = (baseUrl: string): URL => {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (!url) throw new Error('baseUrl is not a URL');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback.has(url.hostname)))
    throw new Error(`baseUrl must be https (http only to 127.0.0.1, localhost or [::1]), not ${url.protocol}//${url.host}`);
  if (url.username || url.password || url.search || url.hash) throw new Error('baseUrl must have no user, query or fragment');
  return url;
};

/** @param path begins with a slash and comes after the base's own path. */
export const resolveUrl = (base: URL, path: string, query: Readonly<Record<string, string>> = {}): URL => {
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/$/, '')}${path}`;
  url.search = new URLSearchParams(query).toString();
  return url;
};
