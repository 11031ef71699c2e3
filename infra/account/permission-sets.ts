/** https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/product/offical_account_authority.html */
const names: Readonly<Record<number, string>> = {
  1: '消息管理',
  2: '用户管理',
  3: '账号服务',
  4: '网页服务',
  5: '微信小店',
  6: '微信多客服',
  7: '群发与通知',
  8: '微信卡券',
  9: '微信扫一扫',
  10: '微信连WIFI',
  11: '素材管理',
  12: '微信摇周边',
  13: '微信门店',
  15: '菜单管理',
  22: '城市服务',
  23: '广告管理',
  24: '开放平台账号管理',
  26: '微信电子发票',
  27: '快速注册小程序',
  33: '小程序关联管理',
  34: '微信商品库管理',
  44: '好物圈',
  46: '微信一物一码',
  47: '微信财政电子票据',
  54: '服务号对话管理',
  66: '微信服务市场管理',
  89: '服务号订阅通知',
};

/** As WeChat's pages call them, in the order of their ids. */
export const permissionSets = (ids: readonly number[]): string =>
  ids
    .toSorted((one, other) => one - other)
    .map((id) => [id, names[id]].filter(Boolean).join(' '))
    .join(', ') || 'none';
