import { DomainError } from '../errors.ts';

/** WeCom says that a list goes on where it has been before: followed, it would have no end. */
export class RepeatedCursorError extends DomainError {
  readonly code = 'WECHAT_CURSOR_REPEATED';
  constructor() {
    super('WeCom names a page that was read already as the next one: start again from the first page');
  }
}
