// Google's own client for JavaScript against the server that plays Gemini: what it takes for Gemini is played faithfully.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ApiError, GoogleGenAI } from '@google/genai';
import { Mock } from './mock.js';

const MODEL = 'gemini-flash-latest';
const LONG = `Grüße aus 東京 und Αθήνα: ${Array.from({ length: 200 }, (_, n) => n).join(', ')}`;

let mock;
before(async () => {
  for (const name of Object.keys(process.env)) if (/^(GOOGLE_|GEMINI_API)/.test(name)) delete process.env[name];
  mock = await Mock.start([
    { match: 'capital', answer: { city: 'Paris', people: 2_100_000 } },
    { match: 'long', answer: LONG },
  ]);
});
after(() => mock.stop());

const client = (mode = '', apiVersion = 'v1beta') =>
  new GoogleGenAI({
    apiKey: 'AIzaSy-of-the-suite',
    apiVersion,
    httpOptions: { baseUrl: mode ? `${mock.url}/${mode}` : mock.url, timeout: 5_000 },
  });
const ask = (mode, contents, config) => client(mode).models.generateContent({ model: MODEL, contents, config });
const streamed = async (mode, contents) => {
  const chunks = [];
  for await (const chunk of await client(mode).models.generateContentStream({ model: MODEL, contents })) chunks.push(chunk);
  return chunks;
};
const text = (chunks) => chunks.map((chunk) => chunk.text ?? '').join('');

test('generates, by either version', async () => {
  for (const version of ['v1', 'v1beta']) {
    const answer = await client('', version).models.generateContent({ model: MODEL, contents: 'hello' });
    assert.equal(answer.text, 'You said: hello');
    assert.equal(answer.candidates[0].finishReason, 'STOP');
    assert.equal(answer.modelVersion, 'gemini-mock-1');
  }
});

test('takes all that the client sends', async () => {
  const config = {
    systemInstruction: 'Be short.', temperature: 0.5, topP: 0.9, topK: 20, maxOutputTokens: 100, seed: 7,
    stopSequences: ['END'], thinkingConfig: { thinkingLevel: 'LOW' },
    safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_ONLY_HIGH' }],
  };
  assert.equal((await ask('', 'hello', config)).text, 'You said: hello');
});

test('streams, also with characters cut', async () => {
  for (const mode of ['', 'split-utf8']) {
    const chunks = await streamed(mode, 'a long one');
    assert.ok(chunks.length > 2);
    assert.equal(text(chunks), LONG);
    assert.equal(chunks.at(-1).candidates[0].finishReason, 'STOP');
  }
});

test('counts tokens and knows models', async () => {
  const counted = await client().models.countTokens({ model: MODEL, contents: 'hello there' });
  assert.ok(counted.totalTokens > 0);
  assert.equal((await client().models.get({ model: MODEL })).name, `models/${MODEL}`);
});

test('answers by schema', async () => {
  const properties = { city: { type: 'string' }, people: { type: 'integer' } };
  const responseJsonSchema = { type: 'object', properties, required: ['city', 'people'] };
  const config = { responseMimeType: 'application/json', responseJsonSchema };
  assert.deepEqual(JSON.parse((await ask('', 'the capital', config)).text), { city: 'Paris', people: 2_100_000 });
  assert.deepEqual(JSON.parse((await ask('', 'other', config)).text), { city: 'text', people: 1 });
});

for (const [mode, status, word] of [
  ['quota-day', 429, 'RESOURCE_EXHAUSTED'],
  ['key-invalid', 400, 'API_KEY_INVALID'],
  ['key-leaked', 403, 'PERMISSION_DENIED'],
  ['model-gone', 404, 'NOT_FOUND'],
  ['overloaded-forever', 503, 'UNAVAILABLE'],
]) {
  test(`fails by ${mode}, at once and in pieces`, async () => {
    const is = (error) => error instanceof ApiError && error.status === status && error.message.includes(word);
    await assert.rejects(() => ask(mode, 'hello'), is);
    await assert.rejects(() => streamed(mode, 'hello'), is);
  });
}

test('fails midway', async () => {
  const is = (error) => error instanceof ApiError && error.status === 503;
  await assert.rejects(() => streamed('error-midway', 'a long one'), is);
  await assert.rejects(() => streamed('error-midway-behind', 'a long one'), is);
});

test('blocks', async () => {
  const answer = await ask('blocked', 'hello');
  assert.equal(answer.promptFeedback.blockReason, 'PROHIBITED_CONTENT');
  assert.equal(answer.candidates, undefined);
});

test('keeps thoughts apart', async () => {
  assert.equal((await ask('thoughts-mixed', 'a long one')).text, LONG);
  assert.equal((await ask('thoughts-eat-all', 'hello')).usageMetadata.thoughtsTokenCount, 188);
});

test('goes on where an answer is continued', async () => {
  assert.equal((await ask('continuation', 'a long one')).text, LONG);
});

test('takes a stream without an end', async () => {
  const chunks = await streamed('no-finish', 'a long one');
  assert.ok(chunks.every((chunk) => chunk.candidates[0].finishReason === undefined));
});
