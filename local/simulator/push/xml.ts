/** A piece of XML, or the values of elements below it by name, in this order. */
export type Xml = { readonly [name: string]: Value };
type Value = string | number | bigint | Xml | readonly Xml[] | undefined;

/** Digits, which WeChat writes bare: wider than a number holds. */
export const digits = (text: string) => BigInt(text);

/**
 * XML as WeChat writes it: text in CDATA, numbers bare, lists as repeated `item`, an empty list as white space
 * (the examples of https://developers.weixin.qq.com/doc/service/guide/product/message/Batch_Sends.html).
 */
export const renderXml = (message: Xml) => `<xml>\n${render(message)}\n</xml>`;

const render = (elements: Xml): string =>
  Object.entries(elements)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `<${name}>${content(value)}</${name}>`)
    .join('\n');

const content = (value: Value): string => {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value === 'string') return `<![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
  if (Array.isArray(value)) return `\n${value.map((item: Xml) => `<item>\n${render(item)}\n</item>`).join('\n')}\n`;
  return `\n${render((value ?? {}) as Xml)}\n`;
};
