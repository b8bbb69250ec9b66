// USART 0: received bytes wait in a ring, frames go out from where they lie.
#pragma once

#include <stdint.h>

#include "../core/frame.h"

namespace gripforce {

class SerialLink {
 public:
  void begin(uint32_t baud);
  bool has_byte() const;
  uint8_t take_byte();
  // When the last delimiter came: the moment at which a command was complete.
  uint32_t delimiter_tick() const;
  // Whether bytes were lost since the last call.
  bool lost_bytes();
  // The frame must stay where it is until the link is idle.
  void send(const Frame& frame);
  bool idle() const;
};

}  // namespace gripforce
