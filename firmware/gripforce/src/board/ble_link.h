// BLE: one characteristic that notifies the frames, one that commands are written to.
//
// The same calls as SerialLink has, and flush(). What nobody listens to counts as sent: the ring
// keeps it, and the host asks for it when it is back.
#pragma once

#include <stdint.h>

#include "../core/frame.h"

namespace gripforce {

// ArduinoBLE cuts a longer notification to the connection's MTU less 3 without a word, and does
// not tell the MTU. macOS grants 185, Linux, Windows and Android 247 or more.
constexpr uint8_t kNotificationBytes = 182;

class BleLink {
 public:
  // False where there is no radio.
  bool begin(const char* name);
  // Lets the radio work and tries again what it did not take; to be called without pause.
  void poll();
  bool connected() const;
  void show_battery(uint8_t percent);

  bool has_byte() const;
  uint8_t take_byte();
  // When the last delimiter came: the moment at which a command was complete.
  uint32_t delimiter_tick() const;
  // Whether bytes were lost since the last call.
  bool lost_bytes();
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
  uint8_t notification_[kNotificationBytes];
  uint8_t filled_ = 0;
};

}  // namespace gripforce
