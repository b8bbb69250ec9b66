// The blocks: being filled, waiting, on their way out, and kept for a host that missed one.
//
// One pool for all streams. A block that was sent stays until its place is needed; when nothing
// but unsent blocks is left, the oldest of them goes, and whoever asked for room is told.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "frame.h"

namespace gripforce {

// A place in the ring: a byte counts those of an AVR; eight seconds at 1 kHz are five hundred.
#if defined(__AVR__)
typedef uint8_t Place;
#else
typedef uint16_t Place;
#endif

constexpr Place kNoBlock = static_cast<Place>(~0);

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

  Ring(uint8_t* memory, Place blocks, uint8_t payload)
      : memory_(memory), blocks_(blocks), stride_(block_bytes(payload)) {
    clear();
  }

  void clear();
  Place blocks() const { return blocks_; }
  uint8_t* payload(Place at) { return frame(at) + kFrameHead; }

  // Takes the place of the oldest block that may go, opens it, and says what was dropped for it.
  Place open(uint8_t stream, Dropped* dropped);
  void close(Place at) { state(at) = kReady; }

  // The oldest block that waits to be sent.
  Place ready();
  // The block as a frame; it stays put until `settle()`, which says that it has left.
  Frame send(Place at, uint8_t payload_size);
  void settle();
  // The earliest kept block of `stream` that holds a sample of [first, first + count).
  Place find(uint8_t stream, uint32_t first, uint32_t count);

  // Marks the unsent block of `stream` that begins at `first`; false where there is none.
  bool mark(uint8_t stream, uint32_t first, uint8_t flag);
  // Samples of `stream` that have not been sent.
  uint16_t buffered(uint8_t stream);

  // Writes and reads back each byte of the pool; what stood there stands there again.
  bool memory_is_sound();

 private:
  enum State : uint8_t { kFree, kOpen, kReady, kSending, kKept };

  uint8_t* frame(Place at) { return memory_ + begin(at) + 1; }
  uint8_t& state(Place at) { return memory_[begin(at)]; }
  size_t begin(Place at) const { return static_cast<size_t>(at) * stride_; }
  // The place that may be taken and was longest ago, as nearly as the turn knows.
  Place spare();
  Place after(Place at) const { return static_cast<Place>(at + 1 == blocks_ ? 0 : at + 1); }

  uint8_t* memory_;
  Place blocks_;
  uint16_t stride_;
  Place next_ = 0;  // places are taken in turn, but for those that cannot be
  Place sending_ = kNoBlock;
};

}  // namespace gripforce
