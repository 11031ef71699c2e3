import { describe, expect, it } from 'vitest';
import { type ErrorClass, explainErrcode, type Platform } from '../../../shared/wechat/error-table.ts';

type Letter = keyof typeof classes;
const classes = { T: 'transient', R: 'rate_limited', K: 'token', W: 'waiting', P: 'permanent', A: 'permission' } as const satisfies Record<
  string,
  ErrorClass
>;

/** Spelled out a second time, by class and status, so that a row that is dropped or changed goes red. */
const promised: Record<Platform, readonly [Letter, number, string][]> = {
  official_account: [
    ['T', 503, '-1'],
    ['T', 502, '9500001 9500002 268488001'],
    ['R', 429, '42010 45009 45011 45028 45066 48006'],
    ['K', 502, '40001 40014 42001 61014 61015'],
    ['K', 503, '61005 61006'],
    ['W', 202, '89501 89502 89503 89504 89505'],
    ['P', 400, '40035 47001 61009 61010 76021 76022'],
    ['P', 404, '40059'],
    ['P', 409, '40065 45065 48021'],
    ['P', 422, '40003 40007 40008 40031 40032 40060 40130 40152 40204 43004 43019 45033 45067 45083 45084 45113 48002 48022'],
    ['P', 500, '40002 41001 41002 41004 43002 44002'],
    ['A', 403, '42007 45062 48001 48003 48004 48008 50001 50002 50004 50007 61003 61007 61023'],
    ['A', 502, '40013 40030 40125 40164 40243 42002 61004 61011'],
    ['A', 503, '89506 89507'],
  ],
  wecom: [
    ['T', 503, '-1 6000 45035'],
    ['R', 429, '41094 45009 45033 45036'],
    ['K', 502, '40014 40082 42001 42009'],
    ['K', 503, '40085'],
    ['W', 503, '41063'],
    ['P', 400, '40035 40058 40063 41002 41004 41009 41035 41046 42007 60268'],
    ['P', 404, '41047 46004 60111'],
    ['P', 409, '41045 50100'],
    ['P', 410, '41093 48005'],
    ['P', 413, '40206'],
    ['P', 422, '40003 40007 40031 40056 40059 40096 40125 40201 40204 41044 41048 41049 41050 41051 41052 41053 41054 41064 41065'],
    ['P', 422, '43004 44004 81013 84061 84083 84084 86001 86003 90206 90207 90208 610003 610004'],
    ['P', 422, '90500 90501 90502 90503 90504 90505 90506 90507 90508 90509 90510 90511'],
    ['P', 500, '41001 41021 41022 41023 41024 41025'],
    ['P', 502, '90001 90002 90003 90100 90101 90102 90103 90104 90105 90106 90300 90301 90399 90432 90433'],
    ['A', 403, '40084 48001 48002 48003 48004 48006 48008 48011 50002 50003 60011 60021 60030 60031 84074'],
    ['A', 403, '301002 301007 610016 610023 610024 701008'],
    ['A', 502, '40001 40013 40080 40083 40091 45031 60020 301042 2000002'],
  ],
};

describe.each(Object.entries(promised) as [Platform, (typeof promised)[Platform]][])('%s', (platform, groups) => {
  const rows = groups.flatMap(([letter, status, codes]) => codes.split(' ').map((code) => [Number(code), letter, status] as const));

  it.each(rows)('knows %i as %s and answers %i', (errcode, letter, httpStatus) => {
    expect(explainErrcode(platform, errcode)).toMatchObject({ known: true, class: classes[letter], httpStatus });
  });

  it('tells for every code what to do, in one sentence', () => {
    for (const [errcode] of rows) expect(explainErrcode(platform, errcode).hint).toMatch(/^[A-Z][^\n]{10,}\.$/);
  });

  it('never delays what repeating cannot mend, but for a block that ends by itself', () => {
    for (const [errcode] of rows) {
      const { class: errorClass, retryAfterSeconds } = explainErrcode(platform, errcode);
      if (errorClass === 'permanent') expect(retryAfterSeconds, String(errcode)).toBeUndefined();
      if (errorClass === 'transient') expect(retryAfterSeconds, String(errcode)).toBeGreaterThan(0);
    }
  });
});

it.each([
  [40001, 'token', 'permission'],
  [40059, 'permanent', 'permanent'],
  [42007, 'permission', 'permanent'],
  [45033, 'permanent', 'rate_limited'],
  [48002, 'permanent', 'permission'],
  [48006, 'rate_limited', 'permission'],
  [40125, 'permission', 'permanent'],
])('reads %i as each platform means it', (errcode, officialAccount, wecom) => {
  const [one, other] = [explainErrcode('official_account', errcode), explainErrcode('wecom', errcode)];
  expect([one.class, other.class]).toEqual([officialAccount, wecom]);
  expect(one.meaning).not.toBe(other.meaning);
});

it.each([
  ['official_account', 45009, 3600],
  ['official_account', 45011, 60],
  ['official_account', 45066, 60],
  ['official_account', 61005, 600],
  ['official_account', 61006, 600],
  ['official_account', 89506, 86_400],
  ['official_account', 89507, 3600],
  ['wecom', 45009, 60],
  ['wecom', 40085, 600],
  ['wecom', 40001, 600],
  ['wecom', 40080, 600],
  ['wecom', 40091, 600],
] as const)('%s %i: asks for %i seconds of patience', (platform, errcode, seconds) => {
  expect(explainErrcode(platform, errcode).retryAfterSeconds).toBe(seconds);
});

it.each([
  ['official_account', 89508],
  ['official_account', 89509],
  ['official_account', 60020],
  ['official_account', 41063],
  ['wecom', 40164],
  ['wecom', 45011],
  ['wecom', 89504],
  ['wecom', 90434],
  ['wecom', 41026],
] as const)('%s %i is on no list of that platform: permanent, and loud about it', (platform, errcode) => {
  expect(explainErrcode(platform, errcode)).toMatchObject({
    known: false,
    class: 'permanent',
    httpStatus: 502,
    hint: expect.stringContaining('report'),
  });
});

it('takes 40001 for a wrong secret where an Official Account asks for a token, and so never for a reason to ask again', () => {
  expect(explainErrcode('official_account', 40001, { tokenEndpoint: true })).toMatchObject({ class: 'permission', httpStatus: 502 });
  expect(explainErrcode('wecom', 40001, { tokenEndpoint: true })).toMatchObject({ class: 'permission', httpStatus: 502 });
});

it('takes 45009 for a ban of the address where WeCom is asked for a token, and for too many calls everywhere else', () => {
  expect(explainErrcode('wecom', 45009, { tokenEndpoint: true })).toMatchObject({
    class: 'permission',
    httpStatus: 503,
    retryAfterSeconds: 3600,
  });
  expect(explainErrcode('wecom', 45009)).toMatchObject({ class: 'rate_limited', httpStatus: 429 });
});

it('leaves the other codes of the token endpoint as they are, but for the status of one', () => {
  expect(explainErrcode('official_account', 89503, { tokenEndpoint: true })).toMatchObject({ class: 'waiting', httpStatus: 503 });
  expect(explainErrcode('official_account', 40164, { tokenEndpoint: true })).toEqual(explainErrcode('official_account', 40164));
});
