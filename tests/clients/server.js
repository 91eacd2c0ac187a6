// A server with a store of its own, and what a suite wants to know of it from outside.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const TARGET = process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target');
const SEEDBED = resolve(process.env.SEEDBED ?? join(TARGET, 'release/seedbed'));

export class Server {
  /** Starts `seedbed serve`, and returns when it listens. `options` are variables of its environment. */
  static async start(options = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'seedbed-clients-'));
    const environment = {
      PATH: process.env.PATH, HOST: '127.0.0.1', PORT: '0', SEEDBED_STORE: join(folder, 'store'), LOG_LEVEL: 'warn',
      RATE_LIMIT: '0', GENERATION_RATE_LIMIT: '0', GRACE_PERIOD: '1s', ...options,
    };
    // In a folder of its own: a `seedbed.toml` of the working folder would be read.
    const child = spawn(SEEDBED, ['serve'], { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    // A test that fails stops nothing.
    process.on('exit', () => child.kill('SIGKILL'));
    let told = '';
    const port = await new Promise((found, failed) => {
      const hear = (text) => {
        told += text;
        const at = /listening on http:\/\/[^:]+:(\d+)/.exec(told);
        if (at) found(Number(at[1]));
      };
      child.stdout.setEncoding('utf8').on('data', hear);
      child.stderr.setEncoding('utf8').on('data', hear);
      child.on('error', failed);
      child.on('exit', () => failed(new Error(`the server did not start: ${told}`)));
    });
    return new Server(child, folder, port, options.API_TOKEN, () => told);
  }

  constructor(child, folder, port, token, told) {
    Object.assign(this, { child, folder, port, token, told, url: `http://127.0.0.1:${port}` });
  }

  async stop() {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = new Promise((end) => this.child.once('exit', end));
      this.child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.folder, { recursive: true });
  }

  async ask(method, path, body) {
    const headers = { 'content-type': 'application/json' };
    if (this.token) headers.authorization = `Bearer ${this.token}`;
    const answer = await fetch(this.url + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    return { status: answer.status, json: text ? JSON.parse(text) : null };
  }

  async generate(body) {
    const { status, json } = await this.ask('POST', '/api/generate', body);
    if (status !== 202) throw new Error(`${status} ${JSON.stringify(json)}`);
    return json.jobId;
  }

  /** The job, when it is over. */
  async over(jobId) {
    for (;;) {
      const { json } = await this.ask('GET', `/api/jobs/${jobId}`);
      if (['done', 'error', 'canceled'].includes(json.status)) return json;
      await later(20);
    }
  }

  /** The most memory that it ever had, in bytes. */
  peakMemory() {
    const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8'));
    return Number(line[1]) * 1024;
  }

  /** Files of rows, kept and in the making. */
  rowFiles() {
    const files = readdirSync(join(this.folder, 'store'), { recursive: true });
    return files.filter((name) => /^(rows|tmp)\/.*\./.test(name)).sort();
  }
}

export const later = (milliseconds) => new Promise((end) => setTimeout(end, milliseconds));

/** Waits for something to become true, and fails where it doesn't. */
export async function until(what, holds, milliseconds = 30_000) {
  const end = Date.now() + milliseconds;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`in ${milliseconds} ms it did not come to pass that ${what}`);
    await later(5);
  }
}
