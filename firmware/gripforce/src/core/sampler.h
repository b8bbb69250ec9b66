// Samples into blocks: the counter, the tick of a block's first sample, its flags, its end.
#pragma once

#include <stdint.h>

#include "board.h"
#include "ring.h"

namespace gripforce {

constexpr uint32_t kLongestHoldUs = 100000;  // a block leaves at the latest so long after its first

struct StreamState {
  uint8_t width_bits;
  uint8_t n_channels;
  uint8_t block_samples;
  uint32_t taken;      // the counter of the next sample
  uint32_t overflows;  // samples that found no room
  uint32_t hold_us;    // a block this old cannot wait for one more sample
  Place open;          // the block that is being filled
  uint8_t room;        // samples that it will have
  uint8_t due_flags;   // for the next block

  uint8_t sample_bytes() const { return static_cast<uint8_t>(width_bits / 8 * n_channels); }
};

class Sampler {
 public:
  Sampler(Ring& ring, StreamState* streams, uint8_t n) : ring_(ring), streams_(streams), n_(n) {}

  uint8_t streams() const { return n_; }
  const StreamState& stream(uint8_t s) const { return streams_[s]; }
  void describe(uint8_t s, const StreamInfo& info);

  // Counters, blocks and flags begin anew.
  void reset();
  // One sample of all the stream's channels, little-endian; `missed` conversions went before it.
  void add(uint8_t s, const uint8_t* sample, uint32_t tick, uint8_t flags, uint32_t missed = 0);
  // Closes the blocks that have waited long enough, or all of them.
  void close_old(uint32_t tick);
  void close_all();

  // The next block to send; size 0 where none waits.
  Frame next_block();
  // The earliest kept block with samples of [first, first + count); its first and its number.
  Frame kept_block(uint8_t s, uint32_t first, uint32_t count, uint32_t* from, uint8_t* n);

 private:
  bool saturated(const StreamState& stream, const uint8_t* sample) const;
  void open(uint8_t s, uint32_t tick);
  void close(uint8_t s);
  uint8_t payload_size(const uint8_t* head) const;

  Ring& ring_;
  StreamState* streams_;
  uint8_t n_;
};

}  // namespace gripforce
