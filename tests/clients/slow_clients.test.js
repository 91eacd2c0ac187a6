// Clients that do not read: no job waits for them, no memory is kept for them, and when they read again all that lasts is there.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { Server } from './server.js';
import { SocketClient, TRANSPORTS } from './socket_client.js';
import { Story } from './story.js';

const TABLES = 300, ROWS = 180, SLOW = 24;
/** Bytes that one client may cost the server. What the kernel keeps for it, some megabytes, is not the server's. */
const BYTES_EACH = 2 << 20;

/** Tables with wide rows: a chunk is as long as chunks may be. */
const names = Array.from({ length: TABLES }, (_, n) => `public.wide_${n}`);
const ddl = names.map((name) => `CREATE TABLE ${name} (id integer PRIMARY KEY,
  ${Array.from({ length: 6 }, (_, n) => `note_${n} varchar(400) NOT NULL CHECK (length(note_${n}) >= 300)`).join(', ')});`).join('\n');
const body = { ddl, dialect: 'postgres', config: { numRecords: ROWS, chunkSize: 1000, seed: 1 } };

/** A job with nobody, or with clients that hear of it: how long it took, and the most memory the server had. */
async function measured(listen) {
  const server = await Server.start({ MAX_CONCURRENT_JOBS: '1', MAX_TABLE_ROWS: '100000', MAX_JOB_ROWS: '10000000' });
  // Something to wait for, so that all listen before the job begins.
  const before = await server.generate({ ...body, config: { ...body.config, seed: 2 } });
  const jobId = await server.generate(body);
  const clients = listen ? await listen(server, jobId) : [];
  await server.over(before);
  const { status, startedAt, finishedAt } = await server.over(jobId);
  assert.equal(status, 'done');
  const took = Date.parse(finishedAt) - Date.parse(startedAt);
  return { server, jobId, clients, took, memory: server.peakMemory() };
}

const bySocket = async (server, jobId) => {
  const client = await SocketClient.connect(server);
  assert.equal((await client.ask('job:subscribe', { jobId })).error, undefined);
  return client;
};

const SLOW_CLIENTS = {
  /** A WebSocket whose bytes nobody takes from the kernel. */
  async websocket(server, jobId) {
    const client = await bySocket(server, jobId);
    const raw = client.socket.io.engine.transport.ws._socket;
    raw.pause();
    return {
      async story() {
        raw.resume();
        await client.heard();
        client.socket.disconnect();
        return client.story;
      },
    };
  },

  /** A client that polls once to hear of the job, and then no more until it is over. */
  async polling(server, jobId) {
    const client = await SocketClient.connect(server, { transports: TRANSPORTS.polling });
    assert.equal((await client.ask('job:subscribe', { jobId })).error, undefined);
    const { transport } = client.socket.io.engine;
    const poll = transport._poll.bind(transport);
    let isHeld = true, waits = false;
    transport._poll = () => { if (isHeld) waits = true; else poll(); };
    return {
      async story() {
        isHeld = false;
        if (waits) poll();
        await client.heard();
        client.socket.disconnect();
        return client.story;
      },
    };
  },

  /** Server-Sent Events on a connection that nobody reads. */
  async events(server, jobId) {
    const raw = connect(server.port, '127.0.0.1');
    raw.pause();
    raw.write(`GET /api/jobs/${jobId}/events HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
    let text = '';
    return {
      async story() {
        raw.setEncoding('utf8').on('data', (more) => { text += more; });
        raw.resume();
        await new Promise((end) => raw.on('end', end));
        return storyOf(server, text);
      },
    };
  },
};

/** The story in an answer of Server-Sent Events, sent in chunks. */
async function storyOf(server, answer) {
  let [, rest] = answer.split(/\r\n\r\n(.*)/s), text = '';
  for (let bytes = Buffer.from(rest); bytes.length > 0;) {
    const line = bytes.indexOf('\r\n'), length = Number.parseInt(bytes.subarray(0, line).toString(), 16);
    text += bytes.subarray(line + 2, line + 2 + length).toString();
    bytes = bytes.subarray(line + length + 4);
  }
  const story = await Story.of(server);
  for (const block of text.split('\n\n')) {
    const fields = new Map(block.split('\n').filter((line) => /^\w/.test(line)).map((line) => line.split(/: (.*)/s)));
    if (fields.has('event')) {
      story.hear(fields.get('event'), JSON.parse(fields.get('data')), fields.has('id') ? Number(fields.get('id')) : undefined);
    }
  }
  return story;
}

describe('clients that do not read', async () => {
  let alone;
  test('nobody listens: what a job takes', async () => {
    const runs = [];
    for (let run = 0; run < 2; run += 1) {
      const { server, took, memory } = await measured();
      runs.push({ took, memory });
      await server.stop();
    }
    alone = { took: Math.max(...runs.map((run) => run.took)), memory: Math.max(...runs.map((run) => run.memory)) };
  });

  for (const [kind, begin] of Object.entries(SLOW_CLIENTS)) {
    test(`${SLOW} of them by ${kind}`, async (context) => {
      const { server, jobId, clients, took, memory } = await measured(async (server, jobId) => {
        const reads = await bySocket(server, jobId);
        const slow = [];
        for (let n = 0; n < SLOW; n += 1) slow.push(await begin(server, jobId));
        return [reads, ...slow];
      });
      const [reads, ...slow] = clients;
      await reads.heard();
      reads.close();
      // Who reads may miss chunks as well; of each table one is told at least, and they are about as long.
      const heard = reads.story.chunks.reduce((sum, chunk) => sum + JSON.stringify(chunk.payload).length, 0);
      const told = Math.round(heard / reads.story.chunks.length) * TABLES;
      const more = memory - alone.memory;
      context.diagnostic(`${took} ms, alone ${alone.took} ms; ${more >> 10} KiB more for ${SLOW} clients, `
        + `for each of which there were ${told >> 10} KiB`);
      reads.story.checkWhole({ jobId, tables: names, rows: ROWS, chunkSize: 1000, everyChunk: false });
      // What is kept for them would be more than is allowed: the check can fail.
      assert.ok(told > BYTES_EACH, `there were ${told} bytes to tell`);
      assert.ok(more < SLOW * BYTES_EACH / 2, `${more} bytes more than without them`);
      assert.ok(took < alone.took * 1.6 + 500, `${took} ms, and ${alone.took} ms without them`);
      // All at once: who reads nothing for as long as between two heartbeats is closed.
      for (const story of await Promise.all(slow.map((client) => client.story()))) {
        story.checkWhole({ jobId, tables: names, rows: ROWS, chunkSize: 1000, everyChunk: false });
        // Of each table one chunk was told at least.
        assert.ok(story.chunks.length < TABLES, `it heard ${story.chunks.length} chunks, and was not slow`);
      }
      await server.stop();
    });
  }
});
