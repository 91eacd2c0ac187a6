// `socket.io-client` on the namespace `/generation`, by every transport.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Proxy } from './proxy.js';
import { SMALL, chain } from './schemas.js';
import { Server, later, until } from './server.js';
import { SocketClient, TRANSPORTS } from './socket_client.js';

const LINKS = 40, ROWS = 3000;
// Each with a seed of its own: a job finds the rows of an earlier one, and is over at once.
let seed = 0;
const long = (numRecords = ROWS) => ({ ddl: chain(LINKS), config: { numRecords, chunkSize: 50, seed: ++seed } });
const LONG_TABLES = Array.from({ length: LINKS }, (_, n) => `link_${n}`);

let server;
before(async () => { server = await Server.start(); });
after(() => server.stop());

for (const [name, transports] of Object.entries(TRANSPORTS)) {
  describe(`by ${name}`, () => {
    test('a dataset is asked for, and everything is told in order', async () => {
      const client = await SocketClient.connect(server, { transports });
      const { jobId, error } = await client.ask('generation:request', long());
      assert.equal(error, undefined);
      await client.heard();
      const expected = { jobId, tables: LONG_TABLES, rows: ROWS, chunkSize: 50 };
      const datasetId = client.story.checkWhole({ ...expected, everyChunk: name !== 'polling' });
      assert.ok(client.story.chunks.length >= LINKS / 2, `${client.story.chunks.length} chunks`);
      assert.equal((await server.ask('GET', `/api/datasets/${datasetId}`)).status, 200);
      const ended = client.socket.io.engine.transport.name;
      assert.equal(ended, transports.at(-1));
      client.close();
    });

    test('who comes back in the middle of a job misses nothing that lasts', async () => {
      const proxy = await Proxy.start(server.port);
      const client = await SocketClient.connect(server, { url: proxy.url, transports });
      const { jobId } = await client.ask('generation:request', long());
      const cuts = [1, 2, 9, 10, 33, 50, 70];
      let whileRunning = 0;
      for (const at of cuts) {
        await client.heard(at);
        const lost = new Promise((end) => client.socket.once('disconnect', end));
        const back = new Promise((end) => client.socket.once('connect', end));
        proxy.cut();
        await lost;
        proxy.mend();
        await back;
        const lastEventId = client.story.lastId;
        const told = await client.ask('job:subscribe', { jobId, lastEventId });
        assert.equal(told.error, undefined);
        whileRunning += told.status === 'running';
        await client.heard(lastEventId + 1);
      }
      await client.heard();
      assert.ok(whileRunning >= 1, `none of ${cuts.length} cuts fell into the job`);
      client.story.checkWhole({ jobId, tables: LONG_TABLES, rows: ROWS, chunkSize: 50, everyChunk: false });
      client.close();
      await proxy.stop();
    });

    test('who subscribes again without a cut begins again, and hears nothing twice', async () => {
      const client = await SocketClient.connect(server, { transports });
      const { jobId } = await client.ask('generation:request', long());
      for (const at of [5, 20, 40]) {
        await client.heard(at);
        const told = await client.ask('job:subscribe', { jobId, lastEventId: 0 });
        assert.equal(told.error, undefined);
      }
      await client.heard();
      const ids = client.story.durable.map((event) => event.id);
      assert.equal(ids.filter((id) => id === 1).length, 4, 'told from the beginning each time');
      // Each telling goes up by one, and the next begins at the beginning.
      ids.forEach((id, n) => assert.ok(id === 1 || id === ids[n - 1] + 1, `${id} after ${ids[n - 1]}`));
      assert.equal(ids.at(-1), 4 + 2 * LINKS);
      client.close();
    });

    test('a job that is over is told from any place, and acknowledged first', async () => {
      const jobId = await server.generate(long(3));
      await server.over(jobId);
      const last = 4 + 2 * LINKS;
      for (const lastEventId of [undefined, 0, 1, 40, last - 1]) {
        const client = await SocketClient.connect(server, { transports });
        const told = await client.ask('job:subscribe', { jobId, lastEventId });
        assert.deepEqual(told, { jobId, status: 'done' });
        await client.heard();
        const ids = client.story.durable.map((event) => event.id);
        assert.deepEqual(ids, Array.from({ length: last }, (_, n) => n + 1).slice(lastEventId ?? 0));
        client.close();
      }
      const seen = await SocketClient.connect(server, { transports });
      assert.deepEqual(await seen.ask('job:subscribe', { jobId, lastEventId: last }), { jobId, status: 'done' });
      await later(100);
      assert.deepEqual(seen.story.names, [], 'all of it was seen');
      await seen.ask('job:subscribe', { jobId, lastEventId: last + 7 });
      await seen.heard();
      assert.deepEqual(seen.story.names, ['snapshot', 'generation:complete']);
      const { status, lastEventId } = seen.story.events[0].payload;
      assert.deepEqual({ status, lastEventId }, { status: 'done', lastEventId: last });
      seen.close();
    });

    test('a job is stopped, and leaves nothing', async () => {
      const files = server.rowFiles();
      const client = await SocketClient.connect(server, { transports });
      const { jobId } = await client.ask('generation:request', long(10_000));
      await until('a table is there', () => client.story.names.includes('table:complete'), 60_000);
      const asked = Date.now();
      const told = await client.ask('generation:cancel', { jobId });
      assert.equal(told.jobId, jobId);
      await client.heard(Infinity, 5000);
      assert.ok(Date.now() - asked < 1500, `${Date.now() - asked} ms`);
      const end = client.story.events.at(-1);
      assert.deepEqual([end.name, end.payload.code], ['generation:canceled', 'canceled']);
      client.story.checkDurable();
      assert.equal((await server.over(jobId)).status, 'canceled');
      assert.deepEqual(server.rowFiles(), files);
      assert.deepEqual(await client.ask('generation:cancel', { jobId }), { jobId, status: 'canceled' });
      client.close();
    });

    test('what is wrong is acknowledged as an error', async () => {
      const client = await SocketClient.connect(server, { transports });
      const none = '0190b5a0-0000-7000-8000-000000000000';
      const wrong = [
        [['generation:request'], 'invalid-json'],
        [['generation:request', null], 'invalid-field'],
        [['generation:request', 'CREATE TABLE a (id integer)'], 'invalid-field'],
        [['generation:request', []], 'invalid-field'],
        [['generation:request', {}], 'schema-missing'],
        [['generation:request', { ddl: SMALL, schemaId: 'x' }], 'schema-twice'],
        [['generation:request', { ddl: SMALL, colour: 'red' }], 'invalid-field'],
        [['generation:request', { ddl: SMALL, config: { numRecords: -1 } }], 'invalid-field'],
        [['generation:request', { ddl: SMALL, config: { numRecords: 10_001 } }], 'row-limit'],
        [['generation:request', { ddl: 'SELECT 1' }], 'no-table'],
        [['generation:request', { schemaId: 'nobody' }], 'unknown-schema'],
        [['job:subscribe'], 'invalid-json'],
        [['job:subscribe', {}], 'invalid-field'],
        [['job:subscribe', { jobId: 7 }], 'invalid-field'],
        [['job:subscribe', { jobId: none, lastEventId: -1 }], 'invalid-field'],
        [['job:subscribe', { jobId: none }], 'unknown-job'],
        [['generation:cancel', { jobId: none }], 'unknown-job'],
        [['generation:cancel', {}], 'invalid-field'],
      ];
      for (const [event, code] of wrong) {
        const told = await client.ask(...event);
        const what = `${JSON.stringify(event)}: ${JSON.stringify(told)}`;
        assert.deepEqual(Object.keys(told), ['error'], what);
        assert.equal(told.error.code, code, what);
        assert.ok(typeof told.error.message === 'string' && told.error.message.length > 0, what);
      }
      // The socket goes on, also after a message that nobody acknowledges.
      client.socket.emit('generation:request', { ddl: 7 });
      const { jobId } = await client.ask('generation:request', { ddl: SMALL, config: { numRecords: 5 } });
      await client.heard();
      client.story.checkWhole({ jobId, tables: ['author', 'book'], rows: 5, everyChunk: true });
      client.close();
    });

    test('a body as long as the server takes is taken, and a longer one is not', async () => {
      const client = await SocketClient.connect(server, { transports });
      const padded = (bytes) => `${SMALL}\n--${'x'.repeat(bytes - SMALL.length - 3)}`;
      const taken = await client.ask('generation:request', { ddl: padded(2 << 20), config: { numRecords: 2 } });
      assert.equal(taken.error, undefined, JSON.stringify(taken));
      const refused = await client.ask('generation:request', { ddl: padded((2 << 20) + 1) });
      assert.equal(refused.error?.code, 'ddl-too-long', JSON.stringify(refused));
      client.close();
    });
  });
}

describe('with a token', () => {
  const API_TOKEN = 'correct-horse-battery-staple';
  let guarded;
  before(async () => { guarded = await Server.start({ API_TOKEN }); });
  after(() => guarded.stop());

  for (const [name, transports] of Object.entries(TRANSPORTS)) {
    test(`nobody gets in without it by ${name}`, async () => {
      for (const auth of [undefined, {}, { token: '' }, { token: 'wrong' }, { token: `${API_TOKEN} ` }, { token: 7 }]) {
        await assert.rejects(SocketClient.connect(guarded, { transports, auth }), /unauthorized/, JSON.stringify(auth));
      }
      const headers = { authorization: 'Bearer wrong-horse-battery-staple' };
      await assert.rejects(SocketClient.connect(guarded, { transports, headers }), /unauthorized/);
    });

    test(`who has it gets in by ${name}`, async () => {
      for (const way of [{ auth: { token: API_TOKEN } }, { headers: { authorization: `Bearer ${API_TOKEN}` } }]) {
        const client = await SocketClient.connect(guarded, { transports, ...way });
        const { jobId } = await client.ask('generation:request', { ddl: SMALL, config: { numRecords: 5 } });
        await client.heard();
        client.story.checkWhole({ jobId, tables: ['author', 'book'], rows: 5, everyChunk: false });
        client.close();
      }
    });
  }
});
