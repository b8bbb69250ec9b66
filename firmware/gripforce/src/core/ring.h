// The blocks: being filled, waiting, on their way out, and kept for a host that missed one.
//
// One pool for all streams. A block that was sent stays until its place is needed; when nothing
// but unsent blocks is left, the oldest of them goes, and whoever asked for room is told.
#pragma once

#include <stdint.h>

#include "frame.h"

namespace gripforce {

constexpr uint8_t kNoBlock = 0xFF;

// A block that had to go unsent; `n` 0 where none had to.
struct Dropped {
  uint8_t stream;
  uint8_t n;
  uint32_t end;  // the counter after its last sample
};

class Ring {
 public:
  // Each block takes this much memory.
  static constexpr uint16_t block_bytes(uint8_t payload) {
    return static_cast<uint16_t>(payload + kFrameOverhead + 1);
  }

  Ring(uint8_t* memory, uint8_t blocks, uint8_t payload)
      : memory_(memory), blocks_(blocks), stride_(block_bytes(payload)) {
    clear();
  }

  void clear();
  uint8_t blocks() const { return blocks_; }
  uint8_t* payload(uint8_t at) { return frame(at) + kFrameHead; }

  // Takes the place of the oldest block that may go, opens it, and says what was dropped for it.
  uint8_t open(uint8_t stream, Dropped* dropped);
  void close(uint8_t at) { state(at) = kReady; }

  // The oldest block that waits to be sent.
  uint8_t ready() { return oldest(kReady, kReady); }
  // The block as a frame; it stays put until `settle()`, which says that it has left.
  Frame send(uint8_t at, uint8_t payload_size);
  void settle();
  // The earliest kept block of `stream` that holds a sample of [first, first + count).
  uint8_t find(uint8_t stream, uint32_t first, uint32_t count);

  // Marks the unsent block of `stream` that begins at `first`; false where there is none.
  bool mark(uint8_t stream, uint32_t first, uint8_t flag);
  // Samples of `stream` that have not been sent.
  uint16_t buffered(uint8_t stream);

  // Writes and reads back each byte of the pool; what stood there stands there again.
  bool memory_is_sound();

 private:
  enum State : uint8_t { kFree, kOpen, kReady, kSending, kKept };

  uint8_t* frame(uint8_t at) { return memory_ + at * stride_ + 1; }
  uint8_t& state(uint8_t at) { return memory_[at * stride_]; }
  uint8_t oldest(State one, State other);
  uint8_t after(uint8_t at) const { return static_cast<uint8_t>(at + 1 == blocks_ ? 0 : at + 1); }

  uint8_t* memory_;
  uint8_t blocks_;
  uint16_t stride_;
  uint8_t next_ = 0;  // places are taken in turn: from here on they are oldest first
  uint8_t sending_ = kNoBlock;
};

}  // namespace gripforce
