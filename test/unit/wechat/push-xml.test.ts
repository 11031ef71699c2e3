import { describe, expect, it } from 'vitest';
import { readMassSendJobFinish } from '../../../shared/wechat/push/mass-send-job-finish.ts';
import { PushRefusedError } from '../../../shared/wechat/push/push-refused.ts';
import { fieldsOf, listOf, parseXml, textOf } from '../../../shared/wechat/push/xml.ts';
import { articlesXml, massSendXml } from '../../support/envelopes.ts';

const parsed = (xml: string) => parseXml(Buffer.from(xml));
const finish = (options: Parameters<typeof massSendXml>[0]) => readMassSendJobFinish(parsed(massSendXml(options)));

describe('refuses a document', () => {
  const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY lol${n + 1} "${`&lol${n};`.repeat(10)}">`).join('');
  it.each<[string, string | Buffer]>([
    ['that laughs a billion times', `<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY lol0 "lol">${laughs}]><xml><MsgID>&lol9;</MsgID></xml>`],
    ['that names a file', '<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]><xml><MsgID>&x;</MsgID></xml>'],
    ['that names another document', '<!DOCTYPE xml SYSTEM "http://127.0.0.1/x.dtd"><xml><MsgID>1</MsgID></xml>'],
    ['that declares something further down', '<xml><MsgID>1</MsgID><!ENTITY x "1"></xml>'],
    ['with a comment', '<xml><!-- <MsgID>2</MsgID> --><MsgID>1</MsgID></xml>'],
    ['17 levels deep', `${'<xml>'.repeat(18)}${'</xml>'.repeat(18)}`],
    ['thousands of levels deep', `<xml>${'<a>'.repeat(9000)}${'</a>'.repeat(9000)}</xml>`],
    ['that breaks off in a text', '<xml><MsgID>31474'],
    ['that breaks off in a tag', '<xml><MsgID>3147490001</Ms'],
    ['that breaks off in CDATA', '<xml><Status><![CDATA[send succ'],
    ['that breaks off at its end', massSendXml().slice(0, -1)],
    ['whose elements cross', '<xml><a><b></a></b></xml>'],
    ['that reaches for the prototype', '<xml><__proto__><polluted>1</polluted></__proto__><MsgID>1</MsgID></xml>'],
    ['that reaches for it by the constructor', '<xml><constructor><prototype><polluted>1</polluted></prototype></constructor></xml>'],
    ['with two roots', '<xml><MsgID>1</MsgID></xml><xml><MsgID>2</MsgID></xml>'],
    ['with another root', '<html><MsgID>1</MsgID></html>'],
    ['that is a text', 'success'],
    ['that is JSON', '{"MsgID":1}'],
    ['that is empty', ''],
    ['with a null character', '<xml><MsgID>1\0</MsgID></xml>'],
    ['in GBK', Buffer.concat([Buffer.from('<xml><Status>'), Buffer.from([0xb7, 0xa2, 0xcb, 0xcd]), Buffer.from('</Status></xml>')])],
    ['in UTF-16', Buffer.from('<xml><MsgID>1</MsgID></xml>', 'utf16le')],
    ['cut within a character', Buffer.from('<xml><Status>发</Status></xml>').subarray(0, 15)],
    ['full of openings without end', '<![CDATA['.repeat(7000)],
  ])('%s', (_what, document) => {
    expect(() => parseXml(Buffer.from(document as string))).toThrow(PushRefusedError);
    expect({}).not.toHaveProperty('polluted');
  });

  it.each(['<xml><Secret>hunter2</Secret>', '<xml><constructor>hunter2</constructor></xml>'])('and does not quote it: %s', (xml) => {
    expect(() => parsed(xml)).toThrow(/^(?!.*(Secret|hunter2))/);
  });
});

describe('reads a document', () => {
  it('and leaves numbers as they are written', () => {
    expect(parsed('<xml><MsgID>9007199254740993</MsgID><A>007</A><B>1e3</B><C>0x10</C></xml>')).toEqual({
      MsgID: '9007199254740993',
      A: '007',
      B: '1e3',
      C: '0x10',
    });
  });
  it('and replaces the five entities that stand for themselves, once, and no other', () => {
    expect(parsed('<xml><A>&lt;b&gt; &quot;&apos; &amp;amp; &#65; &lol;</A></xml>')).toEqual({ A: `<b> "' &amp; &#65; &lol;` });
  });
  it('and replaces none within CDATA', () => {
    expect(parsed('<xml><A>a&amp;b<![CDATA[&amp;lt; & &lt;]]>&amp;</A><B><![CDATA[&amp;]]></B></xml>')).toEqual({
      A: 'a&b&amp;lt; & &lt;&',
      B: '&amp;',
    });
  });
  it('whose CDATA looks like markup', () => {
    expect(parsed('<xml><Content><![CDATA[<!DOCTYPE x><!-- & -->]]></Content><N>1</N></xml>')).toEqual({
      Content: '<!DOCTYPE x><!-- & -->',
      N: '1',
    });
  });
  it.each(['<xml></xml>', '<xml/>', '<xml>\n\n</xml>', '\uFEFF<?xml version="1.0"?>\n<xml> </xml>\n'])('that holds nothing: %j', (xml) => {
    expect(parsed(xml)).toEqual({});
  });
  it('and takes the names that objects have for no elements', () => {
    const fields = parsed('<xml><MsgID>1</MsgID><toString>2</toString></xml>');
    for (const name of ['constructor', 'hasOwnProperty', 'toString', '__proto__']) expect(textOf(fields, name)).toBeUndefined();
    expect(listOf(fields, '__proto__')).toEqual([]);
    expect(textOf(fields, 'MsgID')).toBe('1');
  });
  it('and takes an element that comes twice for no text', () => {
    const fields = parsed('<xml><MsgID>1</MsgID><MsgID>2</MsgID></xml>');
    expect(textOf(fields, 'MsgID')).toBeUndefined();
    expect(fieldsOf(fields, 'MsgID')).toEqual({});
  });
  it.each([
    ['one item', '<item><I>1</I></item>', [{ I: '1' }]],
    ['two items', '<item><I>1</I></item>\n<item><I>2</I></item>', [{ I: '1' }, { I: '2' }]],
    ['no item', '', []],
    ['white space', '\n\n', []],
    ['an empty item', '<item/>', []],
    ['an empty item among others', '<item> </item><item><I>2</I></item>', [{ I: '2' }]],
  ])('with a list of %s', (_what, items, expected) => {
    expect(listOf(fieldsOf(parsed(`<xml><List>${items}</List></xml>`), 'List'), 'item')).toEqual(expected);
  });
});

describe('a finished mass message', () => {
  it('is read with everything it says', () => {
    const copyright = `<CopyrightCheckResult><Count>1</Count><ResultList><item><ArticleIdx>1</ArticleIdx><UserDeclareState>0</UserDeclareState>
      <AuditState>2</AuditState><OriginalArticleUrl><![CDATA[https://mp.weixin.qq.com/s/original]]></OriginalArticleUrl>
      <OriginalArticleType>1</OriginalArticleType><CanReprint>1</CanReprint><NeedReplaceContent>1</NeedReplaceContent>
      <NeedShowReprintSource>1</NeedShowReprintSource></item></ResultList><CheckState>2</CheckState></CopyrightCheckResult>`;
    const more = copyright + articlesXml('http://mp.weixin.qq.com/s?__biz=MzA&mid=1&idx=1&sn=a#rd', 'https://mp.weixin.qq.com/s/second');
    expect(finish({ more })).toEqual({
      msg_id: '3147490001',
      status: 'send success',
      created_at: new Date(1772438400_000),
      counts: { total_count: 1000, filter_count: 980, sent_count: 975, error_count: 5 },
      articles: [
        { article_idx: 1, url: 'http://mp.weixin.qq.com/s?__biz=MzA&mid=1&idx=1&sn=a#rd' },
        { article_idx: 2, url: 'https://mp.weixin.qq.com/s/second' },
      ],
      copyright: {
        check_state: 2,
        articles: [
          {
            article_idx: 1,
            user_declare_state: 0,
            audit_state: 2,
            original_article_url: 'https://mp.weixin.qq.com/s/original',
            original_article_type: 1,
            can_reprint: 1,
            need_replace_content: 1,
            need_show_reprint_source: 1,
          },
        ],
      },
      upstream: {
        ToUserName: 'gh_example',
        FromUserName: 'oOperator',
        CreateTime: '1772438400',
        MsgType: 'event',
        Event: 'MASSSENDJOBFINISH',
        MsgID: '3147490001',
        Status: 'send success',
        TotalCount: '1000',
        FilterCount: '980',
        SentCount: '975',
        ErrorCount: '5',
      },
      unclear: [],
    });
  });

  it.each([
    ['the largest there can be', '9223372036854775807', '9223372036854775807'],
    ['one beyond 2^53', '9007199254740993', '9007199254740993'],
    ["that of a message sent from WeChat's own pages", '1000000003', '1000000003'],
    ['one beyond 2^63', '9223372036854775808', undefined],
    ['none', '', undefined],
    ['letters', '31x', undefined],
    ['less than nothing', '-1', undefined],
    ['two', '1</MsgID><MsgID>2', undefined],
  ])('has an id: %s', (_what, msg_id, expected) => {
    expect(finish({ msg_id })?.msg_id).toBe(expected);
  });
  it('may spell it MsgId', () => {
    expect(readMassSendJobFinish(parsed(massSendXml().replaceAll('MsgID', 'MsgId')))?.msg_id).toBe('3147490001');
  });

  it.each([
    ['send success', 'send success'],
    ['  send \n  success ', 'send success'],
    ['err(20001)', 'err(20001)'],
    ['something new', 'something new'],
    ['', ''],
  ])('keeps its status, but for white space: %j', (status, expected) => {
    expect(finish({ status })?.status).toBe(expected);
  });

  it('keeps what makes sense, and names what does not', () => {
    const more = `<ArticleUrlResult><ResultList>
      <item><ArticleIdx>0</ArticleIdx><ArticleUrl>https://mp.weixin.qq.com/s/zero</ArticleUrl></item>
      <item><ArticleIdx>2</ArticleIdx><ArticleUrl>javascript:alert(1)</ArticleUrl></item>
      <item><ArticleIdx>3</ArticleIdx><ArticleUrl>https://mp.weixin.qq.com/s/three</ArticleUrl></item></ResultList></ArticleUrlResult>`;
    const read = finish({ counts: [1000, -1, 'many', ''], created: 'soon' as unknown as number, more });
    expect(read).toMatchObject({
      counts: { total_count: 1000, filter_count: null, sent_count: null, error_count: null },
      articles: [{ article_idx: 3, url: 'https://mp.weixin.qq.com/s/three' }],
      unclear: ['CreateTime', 'FilterCount', 'SentCount', 'ArticleIdx', 'ArticleUrl'],
    });
    expect(read).not.toHaveProperty('created_at');
  });

  it('says nothing of numbers it does not have, rather than zero', () => {
    const bare = '<xml><Event>MASSSENDJOBFINISH</Event><MsgID>7</MsgID><Status>send success</Status><TotalCount/></xml>';
    expect(readMassSendJobFinish(parsed(bare))).toEqual({
      msg_id: '7',
      status: 'send success',
      upstream: { Event: 'MASSSENDJOBFINISH', MsgID: '7', Status: 'send success', TotalCount: '' },
      unclear: [],
    });
  });

  it.each(['<ResultList/>', '<ResultList>\n\n</ResultList>', '<ResultList><item/></ResultList>', '\n\n'])(
    'has no lists where they are empty: %j',
    (list) => {
      const more = `<CopyrightCheckResult><Count>0</Count>${list}</CopyrightCheckResult><ArticleUrlResult><Count>0</Count>${list}</ArticleUrlResult>`;
      const read = finish({ more });
      expect(read).not.toHaveProperty('articles');
      expect(read).not.toHaveProperty('copyright');
    },
  );
  it('keeps what the check for originality decided where it lists no article', () => {
    const more = '<CopyrightCheckResult><Count>0</Count><ResultList/><CheckState>0</CheckState></CopyrightCheckResult>';
    expect(finish({ more })?.copyright).toEqual({ check_state: 0, articles: [] });
  });
});
