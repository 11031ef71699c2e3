import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { PushRefusedError } from './push-refused.ts';

/** An element: its text, or what it holds by name, an element that comes several times as a list. Names are WeChat's: look them up with `own`. */
export type XmlValue = string | XmlFields | readonly XmlValue[];
export interface XmlFields {
  readonly [name: string]: XmlValue;
}

// WeChat's deepest is xml > CopyrightCheckResult > ResultList > item > ArticleIdx.
const mostLevels = 16;

const predefined: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'" };
const withoutEntities = (text: string): string => text.replace(/&(?:amp|lt|gt|quot|apos);/g, (entity) => predefined[entity] ?? entity);

// No entities but the five that stand for themselves, each replaced once, by hand: every trick with XML needs others. No numbers:
// ids have up to 19 digits.
const parser = new XMLParser({
  processEntities: false,
  tagValueProcessor: (_name, text) => withoutEntities(text),
  parseTagValue: false,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: mostLevels,
});

/**
 * The elements below the root `<xml>`.
 * @throws PushRefusedError for anything but a plain document: text that is not UTF-8, a DOCTYPE, a comment, an element that is not closed
 */
export const parseXml = (bytes: Uint8Array): XmlFields => {
  const text = decode(bytes);
  if (text.includes('\0')) throw new PushRefusedError('the document has a null character');
  const { outside, escaped } = escapeCdata(text);
  if (outside.includes('<!')) throw new PushRefusedError('the document has a declaration or a comment');
  const root = parse(escaped)['xml'];
  // Without any element there is nothing but an empty text.
  if (root === undefined || Array.isArray(root)) throw new PushRefusedError('the document has not one root element xml');
  return typeof root === 'string' ? {} : (root as XmlFields);
};

/** The text of the element of that name; undefined also if it has elements of its own or comes several times. */
export const textOf = (fields: XmlFields, name: string): string | undefined => {
  const value = own(fields, name);
  return typeof value === 'string' ? value : undefined;
};

/** What the element of that name holds; nothing if it is missing, empty, or comes several times. */
export const fieldsOf = (fields: XmlFields, name: string): XmlFields => {
  const value = own(fields, name);
  return value !== undefined && isFields(value) ? value : {};
};

/** The elements of that name that have elements of their own, one as well as several. */
export const listOf = (fields: XmlFields, name: string): XmlFields[] => [own(fields, name) ?? []].flat().filter(isFields);

const own = (fields: XmlFields, name: string): XmlValue | undefined => (Object.hasOwn(fields, name) ? fields[name] : undefined);
const isFields = (value: XmlValue): value is XmlFields => typeof value === 'object' && !Array.isArray(value);

const decode = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new PushRefusedError('the document is not UTF-8');
  }
};

/**
 * What stands outside CDATA; and the whole, where an ampersand within CDATA is written as it would be outside: the parser does not
 * say which was which. By hand, since a lazy regular expression takes quadratic time on openings without end.
 */
const escapeCdata = (text: string): { readonly outside: string; readonly escaped: string } => {
  let outside = '';
  let escaped = '';
  for (let from = 0; ; ) {
    const start = text.indexOf('<![CDATA[', from);
    const end = text.indexOf(']]>', start);
    if (start < 0 || end < 0) return { outside: outside + text.slice(from), escaped: escaped + text.slice(from) };
    outside += text.slice(from, start);
    escaped += text.slice(from, start) + text.slice(start, end + 3).replaceAll('&', '&amp;');
    from = end + 3;
  }
};

/** The parser takes elements that are not closed, or in the wrong order, for good: the validator comes first. Neither error is told, both quote. */
const parse = (text: string): XmlFields => {
  if (XMLValidator.validate(text) !== true) throw new PushRefusedError('the document is not well-formed XML');
  try {
    return parser.parse(text);
  } catch {
    throw new PushRefusedError('the document cannot be parsed, or is too deep');
  }
};
