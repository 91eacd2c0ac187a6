// The events of one job as a client heard them, held against what the contract promises.
import assert from 'node:assert/strict';
import Ajv2020 from 'ajv/dist/2020.js';

const LAST = ['generation:complete', 'generation:error', 'generation:canceled'];

/** The catalogs of events by server: every event with the check of its schema. */
const catalogs = new WeakMap();

async function catalogOf(server) {
  const { json } = await server.ask('GET', '/api/events');
  const ajv = new Ajv2020({ strict: false });
  return new Map(json.events.map((event) => [event.name, { ...event, holds: ajv.compile(event.schema) }]));
}

export class Story {
  constructor(known) {
    Object.assign(this, { known, events: [] });
  }

  static async of(server) {
    if (!catalogs.has(server)) catalogs.set(server, await catalogOf(server));
    return new Story(catalogs.get(server));
  }

  /** Notes an event. What has no number must be one that may be missed. */
  hear(name, payload, id) {
    const known = this.known.get(name);
    assert.ok(known, `an event ${name} that nobody has described`);
    assert.ok(known.holds(payload), `${name}: ${JSON.stringify(known.holds.errors)} in ${JSON.stringify(payload)}`);
    assert.equal(id !== undefined, known.durable, `${name} with the id ${id}`);
    assert.ok(!this.isOver, `${name} after the last event`);
    this.events.push({ name, payload, id });
  }

  get names() { return this.events.map((event) => event.name); }
  get durable() { return this.events.filter((event) => event.id !== undefined); }
  get lastId() { return this.durable.at(-1)?.id; }
  get isOver() { return LAST.includes(this.events.at(-1)?.name); }
  get chunks() { return this.events.filter((event) => event.name === 'table:progress'); }

  /** Every event with a number is there, once, in order. */
  checkDurable() {
    assert.deepEqual(this.durable.map((event) => event.id), this.durable.map((_, n) => n + 1));
  }

  /** The whole story of a job that went well. `everyChunk`: the client was fast and never away. */
  checkWhole({ jobId, tables, rows, chunkSize = 100, everyChunk = true }) {
    this.checkDurable();
    const [start] = this.events;
    assert.equal(start.name, 'generation:start');
    assert.deepEqual([...start.payload.tables].sort(), [...tables].sort());
    assert.ok(this.events.every((event) => event.payload.jobId === jobId), 'an event of another job');
    const told = this.durable.map((event) => [event.name, event.payload.table]);
    const expected = [
      ['generation:start', undefined],
      ...start.payload.tables.flatMap((table) => [['table:start', table], ['table:complete', table]]),
      ['generation:validation', undefined], ['dataset:saved', undefined], ['generation:complete', undefined],
    ];
    assert.deepEqual(told, expected);
    let open = null, delivered = 0, progress = 0;
    for (const { name, payload } of this.events) {
      if (name === 'table:start') [open, delivered] = [payload.table, 0];
      if (name === 'table:progress') {
        assert.equal(payload.table, open, 'progress of a table that is not open');
        assert.ok(payload.delivered > delivered && payload.delivered <= payload.total, JSON.stringify(payload).slice(0, 200));
        assert.ok(payload.progress >= progress && payload.progress <= 99, `${payload.progress} % after ${progress} %`);
        assert.ok(payload.chunk.length > 0 && payload.chunk.length <= chunkSize, `${payload.chunk.length} rows in a chunk`);
        [delivered, progress] = [payload.delivered, payload.progress];
      }
      if (name === 'table:complete') {
        assert.equal(payload.rows, rows);
        if (everyChunk) assert.equal(delivered, rows, `${open} was not shown to its end`);
        open = null;
      }
    }
    const { payload: end } = this.events.at(-1);
    assert.deepEqual(end.rowCounts, Object.fromEntries(tables.map((table) => [table, rows])));
    assert.equal(end.datasetId, this.events.at(-2).payload.datasetId);
    assert.equal(end.meta.validation.checkViolations, 0);
    return end.datasetId;
  }
}
