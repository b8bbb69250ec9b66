// A link over a port of Arduino's: whole commands come in, frames go out from where they lie.
//
// The port is a class of the platform, of static members only:
//   begin(baud)          connected()          available()          read()
//   write(bytes, n)      takes what there is room for and returns its number; it never waits
//   kKnowsItsHost        whether connected() tells of a program; a UART cannot
#pragma once

#include <Arduino.h>
#include <stdint.h>

#include "../core/frame.h"
#include "inbox.h"

namespace gripforce {

template <typename Port>
class PortLink {
 public:
  void begin(uint32_t baud) { Port::begin(baud); }
  // Takes in what has come and sends on; to be called without pause.
  void poll() {
    while (inbox_.has_room() && Port::available()) inbox_.put(Port::read(), micros());
    push();
  }
  bool is_up() const { return Port::kKnowsItsHost && Port::connected(); }
  Inbox& inbox() { return inbox_; }
  // The frame must stay where it is until the link is idle.
  void send(const Frame& frame) {
    next_byte_ = frame.bytes;
    bytes_left_ = frame.size;
    moved_tick_ = micros();
    push();
  }
  bool idle() const { return bytes_left_ == 0; }

 private:
  // Somebody has the port open and does not read: the radio must not wait for him.
  static constexpr uint32_t kPatienceUs = 50000;

  void push() {
    if (bytes_left_ == 0) return;
    const uint16_t taken = Port::write(next_byte_, bytes_left_);
    next_byte_ += taken;
    bytes_left_ = static_cast<uint16_t>(bytes_left_ - taken);
    const uint32_t now = micros();
    if (taken != 0) moved_tick_ = now;
    if (!Port::connected() || now - moved_tick_ > kPatienceUs) bytes_left_ = 0;
  }

  Inbox inbox_;
  const uint8_t* next_byte_ = nullptr;
  uint16_t bytes_left_ = 0;
  uint32_t moved_tick_ = 0;
};

// The only link of a board: the calls that the sketch makes, which SerialLink of an AVR has too.
template <typename Port>
class OneLink {
 public:
  void begin(uint32_t baud) { link_.begin(baud); }
  void poll() { link_.poll(); }
  void flush() {}
  bool is_up(uint8_t) const { return link_.is_up(); }
  bool show_battery(uint8_t) { return true; }

  bool has_byte() { return in_command_ || link_.inbox().has_frame(); }
  uint8_t take_byte() {
    const uint8_t byte = link_.inbox().take();
    in_command_ = byte != 0;
    return byte;
  }
  uint8_t number() const { return 0; }
  uint32_t delimiter_tick() { return link_.inbox().tick(); }
  bool lost_bytes() { return link_.inbox().lost_bytes(); }

  void send(const Frame& frame, uint8_t = 0) { link_.send(frame); }
  bool idle() const { return link_.idle(); }

 private:
  PortLink<Port> link_;
  bool in_command_ = false;
};

}  // namespace gripforce
