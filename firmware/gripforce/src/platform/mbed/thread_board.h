// A board whose radio and USB take the loop's time as they please, while the converter waits for
// nobody: a thread of its own, above all others, reads it. Whoever calls the core has the turn.
#pragma once

#include "../../board/loop_board.h"

namespace gripforce {

class ThreadBoard : public LoopBoard {
 public:
  void begin(Device& device);
  // All but the samples; to be called without pause.
  void poll(Device& device);
  void begin_turn();
  void end_turn();
  // Leaves the processor to others, for a millisecond at the longest.
  void rest(bool (*work_waits)());
  // On the sampler's thread, at each conversion; and now and then, for a converter that fell silent.
  void sample();
  bool sample_waits() const { return false; }

 private:
  Device* device_ = nullptr;
};

}  // namespace gripforce
