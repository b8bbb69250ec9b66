// A cable and a radio as one link: whole commands from either, each answer to where its command came from.
#pragma once

#include <stdint.h>

#include "command_turns.h"
#include "port_link.h"
#include "storage.h"

namespace gripforce {

enum LinkNumber : uint8_t { kCable = 0, kAir = 1 };

// "GF-3C91": the end of the board's own number tells a laboratory's devices apart.
inline const char* name_on_air(const uint8_t* uid) {
  static char name[] = "GF-0000";
  for (uint8_t i = 0; i < 4; ++i) {
    const uint8_t byte = uid[kUidBytes - 2 + i / 2];
    name[3 + i] = "0123456789ABCDEF"[i % 2 == 0 ? byte >> 4 : byte & 15];
  }
  return name;
}

template <typename Port, typename Radio>
class TwoLinks {
 public:
  void begin(uint32_t baud) {
    cable_.begin(baud);
    uint8_t uid[kUidBytes];
    read_uid(uid);
    radio_.begin(name_on_air(uid));  // without a radio the cable remains
  }
  void poll() {
    radio_.poll();
    cable_.poll();
  }
  bool is_up(uint8_t number) const { return number == kAir ? radio_.connected() : cable_.is_up(); }
  bool show_battery(uint8_t percent) { return radio_.show_battery(percent); }

  bool has_byte() { return commands_.has_byte(); }
  uint8_t take_byte() { return commands_.take_byte(); }
  uint8_t number() const { return commands_.number(); }
  uint32_t delimiter_tick() const { return commands_.delimiter_tick(); }
  bool lost_bytes() { return commands_.lost_bytes(); }

  void send(const Frame& frame, uint8_t number = kCable) {
    if (number == kAir) {
      radio_.send(frame);
    } else {
      cable_.send(frame);
    }
  }
  bool idle() const { return cable_.idle() && radio_.idle(); }
  void flush() { radio_.flush(); }

 private:
  PortLink<Port> cable_;
  Radio radio_;
  CommandTurns commands_{cable_.inbox(), radio_.inbox()};
};

}  // namespace gripforce
