#include "sampler.h"

#include "bytes.h"
#include "messages.h"

namespace gripforce {

void Sampler::describe(uint8_t s, const StreamInfo& info) {
  StreamState& stream = streams_[s];
  stream.width_bits = info.width_bits;
  stream.n_channels = info.n_channels;
  stream.block_samples = info.block_samples;
  const uint32_t period_us = 1000000000u / info.rate_mhz;
  stream.hold_us = period_us < kLongestHoldUs ? kLongestHoldUs - period_us : 0;
}

void Sampler::reset() {
  ring_.clear();
  for (uint8_t s = 0; s < n_; ++s) {
    streams_[s].taken = streams_[s].overflows = 0;
    streams_[s].open = kNoBlock;
    streams_[s].due_flags = 0;
  }
}

namespace {

// Each fourth block is one sample short. Blocks of 10 ms, say, would keep step with the events of a
// radio every 30 ms, and all of them wait for the same time: a host could not tell that wait.
uint8_t block_room(const StreamState& stream) {
  const uint32_t cycle = 4u * stream.block_samples - 1u;
  const uint32_t left = cycle - stream.taken % cycle;
  return left < stream.block_samples ? static_cast<uint8_t>(left) : stream.block_samples;
}

}  // namespace

bool Sampler::saturated(const StreamState& stream, const uint8_t* sample) const {
  const uint8_t width = static_cast<uint8_t>(stream.width_bits / 8);
  for (uint8_t c = 0; c < stream.n_channels; ++c, sample += width) {
    const uint8_t top = sample[width - 1];
    if (top != 0x7F && top != 0x80) continue;
    const uint8_t rest = top == 0x7F ? 0xFF : 0x00;
    uint8_t i = 0;
    while (i + 1 < width && sample[i] == rest) ++i;
    if (i + 1 == width) return true;
  }
  return false;
}

void Sampler::open(uint8_t s, uint32_t tick) {
  StreamState& stream = streams_[s];
  Dropped dropped;
  stream.open = ring_.open(s, &dropped);
  if (stream.open == kNoBlock) return;
  stream.room = block_room(stream);
  uint8_t* head = ring_.payload(stream.open);
  put32(head + block::kFirst, stream.taken);
  put32(head + block::kTick, tick);
  if (dropped.n != 0) {
    StreamState& loser = streams_[dropped.stream];
    loser.overflows += dropped.n;
    if (!ring_.mark(dropped.stream, dropped.end, kOverflow)) loser.due_flags |= kOverflow;
  }
  head[block::kFlags] = stream.due_flags;
  stream.due_flags = 0;
}

void Sampler::close(uint8_t s) {
  if (streams_[s].open == kNoBlock) return;
  ring_.close(streams_[s].open);
  streams_[s].open = kNoBlock;
}

void Sampler::add(uint8_t s, const uint8_t* sample, uint32_t tick, uint8_t flags,
                  uint32_t missed) {
  StreamState& stream = streams_[s];
  if (missed != 0) {  // samples of a block follow each other: the jump stands between two
    close(s);
    stream.taken += missed;
    flags |= kLateOrMissed;
  }
  if (stream.open == kNoBlock) open(s, tick);
  ++stream.taken;
  if (stream.open == kNoBlock) {
    ++stream.overflows;
    stream.due_flags |= kOverflow;
    return;
  }
  uint8_t* head = ring_.payload(stream.open);
  const uint8_t size = stream.sample_bytes();
  uint8_t* at = head + block::kData + head[block::kN] * size;
  for (uint8_t i = 0; i < size; ++i) at[i] = sample[i];
  if (saturated(stream, sample)) flags |= kSaturated;
  head[block::kFlags] = static_cast<uint8_t>(head[block::kFlags] | flags);
  ++head[block::kN];
  if (head[block::kN] == stream.room ||
      tick - get32(head + block::kTick) >= stream.hold_us) {
    close(s);
  }
}

void Sampler::close_old(uint32_t tick) {
  for (uint8_t s = 0; s < n_; ++s) {
    if (streams_[s].open == kNoBlock) continue;
    const uint8_t* head = ring_.payload(streams_[s].open);
    // An interrupt may have stamped a sample just after `tick` was taken: hence the sign.
    if (static_cast<int32_t>(tick - get32(head + block::kTick)) >=
        static_cast<int32_t>(kLongestHoldUs)) {
      close(s);
    }
  }
}

void Sampler::close_all() {
  for (uint8_t s = 0; s < n_; ++s) close(s);
}

uint8_t Sampler::payload_size(const uint8_t* head) const {
  const StreamState& stream = streams_[head[block::kStream]];
  return static_cast<uint8_t>(block::kData + head[block::kN] * stream.sample_bytes());
}

Frame Sampler::next_block() {
  const Place at = ring_.ready();
  if (at == kNoBlock) return Frame{nullptr, 0};
  return ring_.send(at, payload_size(ring_.payload(at)));
}

Frame Sampler::kept_block(uint8_t s, uint32_t first, uint32_t count, uint32_t* from, uint8_t* n) {
  const Place at = ring_.find(s, first, count);
  if (at == kNoBlock) return Frame{nullptr, 0};
  uint8_t* head = ring_.payload(at);
  *from = get32(head + block::kFirst);
  *n = head[block::kN];
  head[block::kFlags] = static_cast<uint8_t>(head[block::kFlags] | kResent);
  return ring_.send(at, payload_size(head));
}

}  // namespace gripforce
