// Frames in the notifications of a radio: what fits is moved in, and a full one is sent.
//
// What nobody listens to counts as sent: the ring keeps it, and the host asks for it when it is back.
#pragma once

#include <stdint.h>
#include <string.h>

#include "../core/frame.h"

namespace gripforce {

// An MTU of 247 makes it one packet of the radio; macOS grants 185.
constexpr uint8_t kLargestNotification = 244;

// A `Radio` derives from this and has two members: room(), the bytes that a notification may hold
// now, and notify(bytes, size), false where the radio has no room for one.
template <typename Radio>
class Notifications {
 public:
  // The frame must stay where it is until the link is idle.
  void send(const Frame& frame) {
    next_byte_ = frame.bytes;
    bytes_left_ = frame.size;
    fill();
  }
  bool idle() const { return bytes_left_ == 0; }
  // Nothing more is to be sent now: a notification need not be full.
  void flush() {
    if (idle() && filled_ != 0) notify();
  }

 protected:
  // Moves what fits of the frame into the notification, and the notification out when it is full.
  void fill() {
    if (filled_ != 0 && filled_ == room_) notify();
    while (bytes_left_ != 0 && (filled_ == 0 || filled_ < room_)) {
      if (filled_ == 0) room_ = radio().room();
      const uint16_t room = static_cast<uint16_t>(room_ - filled_);
      const uint16_t part = bytes_left_ < room ? bytes_left_ : room;
      memcpy(notification_ + filled_, next_byte_, part);
      filled_ = static_cast<uint8_t>(filled_ + part);
      next_byte_ += part;
      bytes_left_ = static_cast<uint16_t>(bytes_left_ - part);
      if (filled_ == room_) notify();
    }
  }

 private:
  Radio& radio() { return *static_cast<Radio*>(this); }
  void notify() {
    if (radio().notify(notification_, filled_)) filled_ = 0;
  }

  const uint8_t* next_byte_ = nullptr;
  uint16_t bytes_left_ = 0;
  uint8_t notification_[kLargestNotification];
  uint8_t filled_ = 0;
  uint8_t room_ = 0;
};

}  // namespace gripforce
