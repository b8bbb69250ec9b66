// The cable of a board that has USB itself: the same calls as SerialLink has.
#pragma once

#include <stdint.h>

#include "../core/frame.h"
#include "inbox.h"

namespace gripforce {

class UsbLink {
 public:
  void begin();
  // Takes in what has come and sends on; to be called without pause.
  void poll();
  bool connected() const;
  Inbox& inbox() { return inbox_; }
  // The frame must stay where it is until the link is idle.
  void send(const Frame& frame);
  bool idle() const { return bytes_left_ == 0; }

 private:
  void push();

  Inbox inbox_;
  const uint8_t* next_byte_ = nullptr;
  uint16_t bytes_left_ = 0;
  uint32_t moved_tick_ = 0;
};

}  // namespace gripforce
