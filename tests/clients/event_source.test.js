// A browser's `EventSource`: Chromium, on a page of the server's own origin and on one of another.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { chromium } from 'playwright-core';
import { Proxy } from './proxy.js';
import { chain } from './schemas.js';
import { Server, later, until } from './server.js';
import { Story } from './story.js';

const LINKS = 30, ROWS = 20_000, LAST = 4 + 2 * LINKS;
const TABLES = Array.from({ length: LINKS }, (_, n) => `link_${n}`);
let seed = 0;
const long = () => ({ ddl: chain(LINKS), config: { numRecords: ROWS, chunkSize: 50, seed: ++seed } });
/** A browser comes back after 2 s: in thrice that it has. */
const COME_BACK = 6000;

let browser, server, elsewhere;
before(async () => {
  elsewhere = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end('<title>elsewhere</title>'));
  await new Promise((end) => elsewhere.listen(0, '127.0.0.1', end));
  elsewhere.url = `http://127.0.0.1:${elsewhere.address().port}`;
  server = await Server.start({ CORS_ORIGINS: elsewhere.url, MAX_TABLE_ROWS: '100000' });
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  // Root has no sandbox; in a container /dev/shm is small.
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
});
after(async () => {
  await browser?.close();
  await server?.stop();
  elsewhere.close();
});

/** A page on which an `EventSource` listens; `at` is where the page is, `url` whose events it hears. */
class Listener {
  static async open(at, url) {
    const listener = await Listener.on(at);
    await listener.listen(url);
    return listener;
  }

  /** The page, which does not listen yet: a job that begins now is heard from its first rows on. */
  static async on(at) {
    const listener = new Listener();
    listener.page = await browser.newPage();
    listener.known = (await Story.of(server)).known;
    await listener.page.goto(at);
    return listener;
  }

  async listen(url) {
    await this.page.evaluate(({ url, names }) => {
      window.heard = [];
      window.errors = 0;
      window.source = new EventSource(url);
      for (const name of names) {
        window.source.addEventListener(name, (event) => window.heard.push([name, event.data, event.lastEventId]));
      }
      window.source.addEventListener('error', () => { window.errors += 1; });
    }, { url, names: [...this.known.keys()] });
  }

  heard() { return this.page.evaluate(() => window.heard); }
  count() { return this.page.evaluate(() => window.heard.length); }
  errors() { return this.page.evaluate(() => window.errors); }
  async isClosed() { return (await this.page.evaluate(() => window.source.readyState)) === 2; }

  /** The story that was heard. `lastEventId` stays what it was where an event has no id of its own. */
  async story() {
    const story = await Story.of(server);
    let last = '';
    for (const [name, data, id] of await this.heard()) {
      const isNew = this.known.get(name).durable;
      if (!isNew) assert.equal(id, last, `${name} has an id`);
      story.hear(name, JSON.parse(data), isNew ? Number(id) : undefined);
      last = id;
    }
    return story;
  }

  async close() { await this.page.close(); }
}

const asked = (proxy, jobId) => proxy.requests.filter((line) => line.includes(`/api/jobs/${jobId}/events`)).length;

// The page of the API is the server's own.
const PLACES = { 'its own origin': (proxy) => `${proxy.url}/docs`, 'another origin': () => elsewhere.url };

for (const [name, place] of Object.entries(PLACES)) {
  describe(`a page of ${name}`, () => {
    let proxy;
    before(async () => { proxy = await Proxy.start(server.port); });
    after(() => proxy.stop());

    test('hears everything in order, and is told when to stop', async () => {
      const listener = await Listener.on(place(proxy));
      const jobId = await server.generate(long());
      await listener.listen(`${proxy.url}/api/jobs/${jobId}/events`);
      await until('the browser has stopped', () => listener.isClosed(), 60_000);
      const story = await listener.story();
      story.checkWhole({ jobId, tables: TABLES, rows: ROWS, chunkSize: 50, everyChunk: false });
      assert.ok(story.chunks.length >= LINKS / 2, `${story.chunks.length} chunks`);
      assert.equal(asked(proxy, jobId), 2, 'once for the events, and once to be told that there are no more');
      await later(COME_BACK);
      assert.equal(asked(proxy, jobId), 2, 'it has asked again');
      await listener.close();
    });

    test('comes back after cuts, and hears what lasts once', async () => {
      // In the middle of an event each: it is not heard, and comes again.
      const breaks = [1, 12].map((id) => `id: ${id}\n`);
      proxy.breaks.push(...breaks);
      const jobId = await server.generate(long());
      const listener = await Listener.open(place(proxy), `${proxy.url}/api/jobs/${jobId}/events`);
      await until('the browser has stopped', () => listener.isClosed(), 60_000);
      assert.deepEqual(proxy.breaks, []);
      (await listener.story()).checkWhole({ jobId, tables: TABLES, rows: ROWS, chunkSize: 50, everyChunk: false });
      assert.equal(asked(proxy, jobId), breaks.length + 2, 'once more after each cut, and once to be told that there is no more');
      await listener.close();
    });

    test('that knows an event no more is told where the job stands, and stops', async () => {
      const jobId = await server.generate({ ...long(), config: { numRecords: 3, seed: ++seed } });
      await server.over(jobId);
      const listener = await Listener.open(place(proxy), `${proxy.url}/api/jobs/${jobId}/events?lastEventId=${LAST + 9}`);
      await until('the browser has stopped', () => listener.isClosed(), 20_000);
      assert.deepEqual((await listener.story()).names, ['snapshot', 'generation:complete']);
      await listener.close();
    });

    test('goes on from an id in the address', async () => {
      const jobId = await server.generate({ ...long(), config: { numRecords: 3, seed: ++seed } });
      await server.over(jobId);
      const listener = await Listener.open(place(proxy), `${proxy.url}/api/jobs/${jobId}/events?lastEventId=${LAST - 5}`);
      await until('the browser has stopped', () => listener.isClosed(), 20_000);
      const ids = (await listener.story()).durable.map((event) => event.id);
      assert.deepEqual(ids, [LAST - 4, LAST - 3, LAST - 2, LAST - 1, LAST]);
      await listener.close();
    });

    test('that asks for a job which there is not is told so once', async () => {
      const listener = await Listener.open(place(proxy), `${proxy.url}/api/jobs/nobody/events`);
      await until('the browser has stopped', () => listener.isClosed(), 20_000);
      assert.deepEqual([await listener.count(), asked(proxy, 'nobody')], [0, 1]);
      await listener.close();
    });
  });
}

test('a page of an origin that is not allowed hears nothing', async () => {
  const strict = await Server.start();
  const jobId = await strict.generate({ ddl: chain(2), config: { numRecords: 3 } });
  await strict.over(jobId);
  const listener = await Listener.open(elsewhere.url, `${strict.url}/api/jobs/${jobId}/events`);
  await until('the browser has stopped', () => listener.isClosed(), 20_000);
  assert.equal(await listener.count(), 0);
  await listener.close();
  await strict.stop();
});

test('with a token, a ticket lets a browser in', async () => {
  const guarded = await Server.start({ API_TOKEN: 'correct-horse-battery-staple' });
  const jobId = await guarded.generate({ ddl: chain(2), config: { numRecords: 3 } });
  await guarded.over(jobId);
  const events = `${guarded.url}/api/jobs/${jobId}/events`;
  const without = await Listener.open(`${guarded.url}/docs`, events);
  await until('the browser has stopped', () => without.isClosed(), 20_000);
  assert.equal(await without.count(), 0);
  await without.close();
  const { json } = await guarded.ask('POST', `/api/jobs/${jobId}/ticket`);
  const listener = await Listener.open(`${guarded.url}/docs`, `${events}?ticket=${json.ticket}`);
  await until('the browser has stopped', () => listener.isClosed(), 20_000);
  (await listener.story()).checkWhole({ jobId, tables: ['link_0', 'link_1'], rows: 3, everyChunk: false });
  await listener.close();
  await guarded.stop();
});
