/**
 * Where WeChat has it. The platform is the newer place; the console has been left as it was.
 * https://developers.weixin.qq.com/doc/oplatform/developers/dev/api and .../developers/basic_func/ip_whitelist
 */
export const accountPage = (item: string): readonly string[] => [
  `Where: mp.weixin.qq.com → Settings and Development (设置与开发) → Basic configuration (基本配置) → ${item}`,
  `   or: WeChat developer platform (微信开发者平台) → My business (我的业务) → the account → Basic information (基础信息) → ${item}`,
];

/** Where an Official Account's pushes are led to. https://developers.weixin.qq.com/doc/oplatform/developers/dev/push */
export const pushPage: readonly string[] = [
  'Where: WeChat developer platform (微信开发者平台) → My business (我的业务) → the account → Messages and events (消息与事件推送)',
  '   or: mp.weixin.qq.com → Settings and Development (设置与开发) → Basic configuration (基本配置) → Server configuration (服务器配置)',
];

/** https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/Before_Develop/message_push.md */
export const platformPage =
  'Where: open.weixin.qq.com → Management center (管理中心) → Third-party platform (第三方平台) → Details → Development configuration (开发配置) → Development data (开发资料)';
