// USB and BLE as one link: whole commands from either, each answer to where its command came from.
#pragma once

#include <stdint.h>

#include "ble_link.h"
#include "usb_link.h"

namespace gripforce {

enum LinkNumber : uint8_t { kUsb = 0, kBle = 1 };

class TwoLinks {
 public:
  void begin(uint32_t baud);
  void poll();
  bool is_up(uint8_t number) const { return number == kBle ? ble_.connected() : usb_.connected(); }
  bool show_battery(uint8_t percent) { return ble_.show_battery(percent); }

  bool has_byte();
  uint8_t take_byte();
  uint8_t number() const { return reading_; }
  uint32_t delimiter_tick() { return inbox(reading_).tick(); }
  bool lost_bytes();

  void send(const Frame& frame, uint8_t number = kUsb);
  bool idle() const { return usb_.idle() && ble_.idle(); }
  void flush() { ble_.flush(); }

 private:
  Inbox& inbox(uint8_t number) { return number == kBle ? ble_.inbox() : usb_.inbox(); }

  UsbLink usb_;
  BleLink ble_;
  uint8_t reading_ = kUsb;
  bool in_command_ = false;
};

}  // namespace gripforce
