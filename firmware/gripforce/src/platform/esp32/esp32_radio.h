// BLE of an ESP32, by Espressif's own library: one characteristic that notifies the frames, one that
// commands are written to, and the battery's standard service.
#pragma once

#include <stdint.h>

#include "../../board/inbox.h"
#include "../../core/frame.h"

namespace gripforce {

class EspRadio {
 public:
  bool begin(const char* name);
  // Takes in what has come and sends what fits; to be called without pause.
  void poll();
  bool connected() const;
  // False where the radio has no room now.
  bool show_battery(uint8_t percent);
  Inbox& inbox() { return inbox_; }
  // The frame must stay where it is until the link is idle.
  void send(const Frame& frame);
  bool idle() const { return bytes_left_ == 0; }
  // Nothing more is to be sent now: a notification need not be full.
  void flush();

 private:
  static constexpr uint8_t kLargest = 244;  // an MTU of 247 makes it one packet of the radio

  void fill();
  void notify();

  Inbox inbox_;
  const uint8_t* next_byte_ = nullptr;
  uint16_t bytes_left_ = 0;
  uint8_t notification_[kLargest];
  uint8_t filled_ = 0;
  uint8_t room_ = 0;
};

}  // namespace gripforce
