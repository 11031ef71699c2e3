import { stripVTControlCharacters, styleText } from 'node:util';

/** What the person at the terminal sees. On anything but a terminal: plain lines, each once. */
export interface Progress {
  /** Runs a step, shows that it is alive, and how long it took. */
  readonly step: <T>(title: string, work: () => Promise<T>) => Promise<T>;
  readonly line: (text?: string) => void;
  /** A last line that is written over, on a terminal only; off it `instead`, when that is another than the last time. */
  readonly status: (text: string, instead?: string) => void;
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** Off a terminal, a step that takes long says so as often as this. */
const aliveEveryMs = 10_000;

/** What goes on in a second line cannot be written over. */
const fitting = (text: string, columns = 80): string => {
  const plain = stripVTControlCharacters(text);
  return plain.length < columns ? text : plain.slice(0, columns - 1);
};

export const createProgress = (out: NodeJS.WriteStream = process.stdout): Progress => {
  const live = out.isTTY === true;
  let shown = '';
  let said = '';
  const status: Progress['status'] = (text, instead = '') => {
    if (!live && instead !== '' && instead !== said) out.write(`${instead}\n`);
    if (!live) said = instead;
    if (!live || text === shown) return;
    shown = text;
    out.write(`\r\x1b[2K${fitting(text, out.columns)}`);
  };
  const line = (text = '') => {
    const last = shown;
    status('');
    out.write(`${text}\n`);
    status(last);
  };

  const step: Progress['step'] = async (title, work) => {
    const start = performance.now();
    const seconds = () => (performance.now() - start) / 1000;
    let frame = 0;
    const show = () => {
      frame += 1;
      const elapsed = seconds() < 2 ? '' : ` ${styleText('dim', `${Math.floor(seconds())} s`)}`;
      status(`${styleText('cyan', frames[frame % frames.length] ?? '')} ${title}${elapsed}`);
    };
    if (live) show();
    else line(`${title} ...`);
    const timer = live ? setInterval(show, 100) : setInterval(() => line(`  still at it, ${Math.round(seconds())} s`), aliveEveryMs);
    try {
      const result = await work();
      clearInterval(timer);
      status('');
      if (live) line(`${styleText('green', '✓')} ${title} ${styleText('dim', `${seconds().toFixed(1)} s`)}`);
      else line(`  done in ${seconds().toFixed(1)} s`);
      return result;
    } catch (error) {
      clearInterval(timer);
      status('');
      line(live ? `${styleText('red', '✗')} ${title}` : `  not done after ${seconds().toFixed(1)} s`);
      throw error;
    }
  };
  return { step, line, status };
};
