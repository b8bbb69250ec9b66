// USART 0: received bytes wait in a ring, frames go out from where they lie.
#pragma once

#include <stdint.h>

#include "../../core/frame.h"

namespace gripforce {

class SerialLink {
 public:
  void begin(uint32_t baud);
  // Interrupts do the work, and it is the only link.
  void poll() {}
  void flush() {}
  bool is_up(uint8_t) const { return false; }
  bool show_battery(uint8_t) { return true; }
  uint8_t number() const { return 0; }
  bool has_byte() const;
  uint8_t take_byte();
  // When the last delimiter came: the moment at which a command was complete.
  uint32_t delimiter_tick() const;
  // Whether bytes were lost since the last call.
  bool lost_bytes();
  // The frame must stay where it is until the link is idle.
  void send(const Frame& frame, uint8_t number = 0);
  bool idle() const;
};

}  // namespace gripforce
