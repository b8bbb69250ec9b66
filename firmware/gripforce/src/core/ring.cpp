#include "ring.h"

#include "bytes.h"
#include "messages.h"

namespace gripforce {

void Ring::clear() {
  for (Place at = 0; at < blocks_; ++at) state(at) = kFree;
  next_ = 0;
  sending_ = kNoBlock;
}

// Not the first in turn: on a slow link, the place of a block that left is taken out of turn, and
// what it holds from then on is newer than that of the places after it. The ticks know.
Place Ring::ready() {
  Place oldest = kNoBlock;
  uint32_t oldest_tick = 0;
  Place at = next_;
  for (Place i = 0; i < blocks_; ++i, at = after(at)) {
    if (state(at) != kReady) continue;
    const uint32_t tick = get32(payload(at) + block::kTick);
    if (oldest != kNoBlock && static_cast<int32_t>(tick - oldest_tick) >= 0) continue;
    oldest = at;
    oldest_tick = tick;
  }
  return oldest;
}

Place Ring::spare() {
  Place at = next_;
  for (Place i = 0; i < blocks_; ++i, at = after(at)) {
    if (state(at) == kFree || state(at) == kKept) return at;
  }
  return kNoBlock;
}

Place Ring::open(uint8_t stream, Dropped* dropped) {
  dropped->n = 0;
  Place at = spare();
  if (at == kNoBlock) {
    at = ready();
    if (at == kNoBlock) return kNoBlock;  // fewer places than streams: a builder's mistake
    const uint8_t* lost = payload(at);
    dropped->stream = lost[block::kStream];
    dropped->n = lost[block::kN];
    dropped->end = get32(lost + block::kFirst) + dropped->n;
  }
  next_ = after(at);
  state(at) = kOpen;
  uint8_t* head = payload(at);
  head[0] = kSampleBlock;
  head[block::kStream] = stream;
  head[block::kFlags] = 0;
  head[block::kN] = 0;
  return at;
}

Frame Ring::send(Place at, uint8_t payload_size) {
  state(at) = kSending;
  sending_ = at;
  return seal(frame(at), payload_size);
}

void Ring::settle() {
  if (sending_ == kNoBlock) return;
  unseal(frame(sending_));
  state(sending_) = kKept;
  sending_ = kNoBlock;
}

Place Ring::find(uint8_t stream, uint32_t first, uint32_t count) {
  Place best = kNoBlock;
  uint32_t best_end = 0;
  for (Place at = 0; at < blocks_; ++at) {
    const uint8_t* head = payload(at);
    if (state(at) != kKept || head[block::kStream] != stream) continue;
    // Counters wrap: how far the block's end lies beyond `first` tells whether it overlaps.
    const uint32_t end = get32(head + block::kFirst) + head[block::kN] - first;
    const bool overlaps = end != 0 && end - 1 < count + head[block::kN] - 1u;
    if (overlaps && (best == kNoBlock || end < best_end)) {
      best = at;
      best_end = end;
    }
  }
  return best;
}

bool Ring::mark(uint8_t stream, uint32_t first, uint8_t flag) {
  for (Place at = 0; at < blocks_; ++at) {
    uint8_t* head = payload(at);
    const bool unsent = state(at) == kReady || state(at) == kOpen;
    if (unsent && head[block::kStream] == stream && head[block::kN] != 0 &&
        get32(head + block::kFirst) == first) {
      head[block::kFlags] = static_cast<uint8_t>(head[block::kFlags] | flag);
      return true;
    }
  }
  return false;
}

uint16_t Ring::buffered(uint8_t stream) {
  uint16_t n = 0;
  for (Place at = 0; at < blocks_; ++at) {
    const uint8_t* head = payload(at);
    const bool unsent = state(at) == kReady || state(at) == kOpen;
    if (unsent && head[block::kStream] == stream) n = static_cast<uint16_t>(n + head[block::kN]);
  }
  return n;
}

bool Ring::memory_is_sound() {
  const size_t size = begin(blocks_);
  for (size_t i = 0; i < size; ++i) {
    volatile uint8_t* cell = memory_ + i;
    const uint8_t kept = *cell;
    *cell = 0x55;
    bool sound = *cell == 0x55;
    *cell = 0xAA;
    sound = sound && *cell == 0xAA;
    *cell = kept;
    if (!sound) return false;
  }
  return true;
}

}  // namespace gripforce
