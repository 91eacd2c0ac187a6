// The server that plays Gemini, as a process.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const TARGET = process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target');
const COMMAND = resolve(process.env.GEMINI_MOCK ?? join(TARGET, 'debug/examples/gemini_mock'));

export class Mock {
  /** Starts it with answers, each `{match, answer}`. */
  static async start(answers) {
    const folder = mkdtempSync(join(tmpdir(), 'seedbed-gemini-'));
    const file = join(folder, 'answers.jsonl');
    writeFileSync(file, answers.map((line) => JSON.stringify(line)).join('\n'));
    const child = spawn(COMMAND, ['--answers', file], { stdio: ['pipe', 'pipe', 'inherit'] });
    const url = await new Promise((found, failed) => {
      child.stdout.setEncoding('utf8').once('data', (text) => found(text.trim()));
      child.once('error', failed);
      child.once('exit', () => failed(new Error('the server did not start')));
    });
    return Object.assign(new Mock(), { child, folder, url });
  }

  /** The end of its input ends it. */
  async stop() {
    const ended = new Promise((end) => this.child.once('exit', end));
    this.child.stdin.end();
    await ended;
    rmSync(this.folder, { recursive: true });
  }
}
