import assert from 'node:assert/strict';
import { LossCounter } from '../../src/protocol/loss-counter.js';
import type { SpanBatch } from '../../src/streaming/span-batch.js';
import { StreamBuffer } from '../../src/streaming/stream-buffer.js';
import { StreamedSegment } from '../../src/streaming/streamed-segment.js';
import { SegmentRecord } from '../../src/trace-state/segment-record.js';
import { lossesOf } from '../support/accounts.js';
import { FakeClock } from '../support/fake-clock.js';
import { assertLinear } from '../support/growth.js';
import { buildSpan, TRACE_ID } from '../support/spans.js';

const segment = new StreamedSegment(new SegmentRecord({ traceId: TRACE_ID, sampled: true }));

function traceId(index: number): string {
  return index.toString(16).padStart(32, 'a');
}

class Buffering {
  readonly clock = new FakeClock();
  readonly losses = new LossCounter();
  readonly batches: SpanBatch[] = [];
  readonly buffer: StreamBuffer;

  constructor(maxSpans = 250_000) {
    this.buffer = new StreamBuffer(this.clock, maxSpans, this.losses, batch => void this.batches.push(batch));
  }

  add(trace: number, isRoot = false, attributes: Record<string, unknown> = {}): void {
    this.buffer.add({ span: buildSpan({ traceId: traceId(trace), attributes }), segment, isRoot });
  }

  get spans(): number {
    return this.batches.reduce((sum, { entries }) => sum + entries.length, 0);
  }
}

describe('StreamBuffer', () => {
  it('holds a thousand traces at most: the oldest go early, and nothing is lost', () => {
    const buffering = new Buffering();
    for (let trace = 0; trace < 1500; trace++) buffering.add(trace);
    assert.equal(buffering.buffer.bufferedTraces, 1000);
    buffering.clock.advance(1);
    assert.equal(buffering.batches[0]?.traceId, traceId(0));
    buffering.clock.advance(5001);
    assert.equal(buffering.spans, 1500);
    assert.equal(buffering.buffer.bufferedSpans, 0);
    assert.deepEqual(lossesOf(buffering.losses), {});
  });

  it('holds a bounded number of bytes: traces go early, and in a burst the oldest are lost and counted', () => {
    const buffering = new Buffering();
    const attributes = { text: 'x'.repeat(200_000) };
    for (let trace = 0; trace < 400; trace++) {
      buffering.add(trace, false, attributes);
      if (trace % 50 === 49) buffering.clock.advance(1);
    }
    assert.deepEqual(lossesOf(buffering.losses), {}, 'there were turns to send them');
    for (let trace = 1000; trace < 1400; trace++) buffering.add(trace, false, attributes);
    const { 'buffer_overflow/span': lost = 0 } = lossesOf(buffering.losses);
    assert.ok(lost > 200, `${lost} lost`);
    buffering.buffer.flush();
    assert.equal(buffering.spans + lost, 800);
  });

  it('hands over no more than a turn has time for, then goes on in the next', () => {
    const buffering = new Buffering();
    for (let trace = 0; trace < 900; trace++) buffering.add(trace, true);
    let turns = 0;
    const setTimer = buffering.clock.setTimer.bind(buffering.clock);
    buffering.clock.setTimer = (callback, delayMillis) => {
      turns++;
      return setTimer(callback, delayMillis);
    };
    buffering.clock.advance(501);
    assert.equal(buffering.spans, 900);
    assert.ok(turns >= 1, `${turns} further turns`);
  });

  it('sends a trace whose segment has ended before older ones', () => {
    const buffering = new Buffering();
    buffering.add(1);
    buffering.clock.advance(100);
    buffering.add(2, true);
    buffering.clock.advance(501);
    assert.deepEqual(
      buffering.batches.map(batch => batch.traceId),
      [traceId(2)],
    );
    buffering.clock.advance(4400);
    assert.deepEqual(
      buffering.batches.map(batch => batch.traceId),
      [traceId(2), traceId(1)],
    );
  });

  it('starts anew for what ends after a batch has left', () => {
    const buffering = new Buffering();
    buffering.add(1, true);
    buffering.clock.advance(501);
    buffering.add(1);
    buffering.clock.advance(4999);
    assert.equal(buffering.batches.length, 1);
    buffering.clock.advance(1);
    assert.equal(buffering.batches.length, 2);
  });

  it('says when what was hurried has been handed over', async () => {
    const buffering = new Buffering();
    buffering.add(1);
    await buffering.buffer.released();
    buffering.buffer.hurry();
    let isReleased = false;
    const released = buffering.buffer.released().then(() => (isReleased = true));
    assert.equal(isReleased, false);
    buffering.clock.advance(0);
    await released;
    assert.equal(buffering.spans, 1);
  });

  it('costs the same for each span, however many wait', () => {
    assertLinear(
      count => Array.from({ length: count }, (_, index) => buildSpan({ traceId: traceId(index % 900) })),
      spans => {
        const { buffer } = new Buffering();
        for (const span of spans) buffer.add({ span, segment, isRoot: false });
        buffer.flush();
      },
    );
  }).timeout(60_000);
});
