// BLE: one characteristic that notifies the frames, one that commands are written to.
//
// The same calls as SerialLink has, and flush(). What nobody listens to counts as sent: the ring
// keeps it, and the host asks for it when it is back.
#pragma once

#include <stdint.h>

#include "../../board/inbox.h"
#include "../../core/frame.h"

namespace gripforce {

// An MTU of 247 makes it one packet of the radio; macOS grants 185.
constexpr uint8_t kLargestNotification = 244;

class BleLink {
 public:
  // False where there is no radio.
  bool begin(const char* name);
  // Lets the radio work; to be called without pause.
  void poll();
  bool connected() const;
  // False where the radio has no room now.
  bool show_battery(uint8_t percent);
  Inbox& inbox();

  // The frame must stay where it is until the link is idle.
  void send(const Frame& frame);
  bool idle() const { return bytes_left_ == 0; }
  // Nothing more is to be sent now: a notification need not be full.
  void flush();

 private:
  void fill();
  void notify();

  const uint8_t* next_byte_ = nullptr;
  uint16_t bytes_left_ = 0;
  uint8_t notification_[kLargestNotification];
  uint8_t filled_ = 0;
  uint8_t room_ = 0;
};

}  // namespace gripforce
