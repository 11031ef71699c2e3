import type { BenchCorp } from '../world/corp.ts';
import type { Loop } from './loop.ts';

/** What happens to the campaign before a pass of each loop. */
export interface Day {
  readonly title: string;
  readonly happens: () => void;
  /** A page of this member's results is refused for as long as the pass lasts: not the first. */
  readonly refused?: () => string | undefined;
}

const results = '/cgi-bin/externalcontact/get_groupmsg_send_result';
// Of those that a list of who pressed send names.
const share = 0.5;

/** A campaign from the day when most have confirmed to its end. Nothing moves while a loop reads, so that the truth is one. */
export const daysOf = ({ simulator: { control }, msgid }: BenchCorp, members: number, customers: number): Day[] => {
  let underWay: { userid: string; recipient_id: string }[] = [];
  let confirmed: readonly string[] = [];
  const press = (part: number) => {
    confirmed = control.pressSend(msgid, { count: Math.max(1, Math.round(members * part)) }).userids;
  };
  const set = (status: 0 | 1) => {
    for (const row of underWay) control.setDelivery(msgid, { ...row, status });
  };
  const refusing: Day = {
    title:
      '10% more have confirmed; the second page of one of them is refused (but to "EDP", of which it is not described what it does then)',
    happens: () => press(0.1),
    refused: () => confirmed[0],
  };
  return [
    { title: 'the first pass: 70% have confirmed', happens: () => {} },
    { title: 'nothing has changed', happens: () => {} },
    {
      title: '5% more have confirmed, half of their deliveries are under way',
      happens: () => {
        press(0.05);
        underWay = confirmed.flatMap((userid) => {
          const sent = [...control.groupMessageDeliveries(msgid, userid)].filter(({ status }) => status === 1);
          return sent.slice(Math.floor(sent.length * share)).map(({ recipient_id }) => ({ userid, recipient_id }));
        });
        set(0);
      },
    },
    { title: 'those deliveries are through', happens: () => set(1) },
    // Every list has a second page only then.
    ...(customers > 1000 ? [refusing, { title: 'the page is answered again', happens: () => {} }] : []),
    { title: 'everybody has confirmed', happens: () => void control.pressSend(msgid) },
    { title: 'nothing has changed, or will', happens: () => {} },
  ];
};

/** The refusal is the same for all: the pages of that member after the first. */
export const refuse = ({ simulator: { control } }: BenchCorp, userid: string, { callsPerPage }: Loop): void => {
  control.orderFault({ path: results, contains: userid, skip: callsPerPage, times: null, fault: { kind: 'errcode', errcode: 40058 } });
};
