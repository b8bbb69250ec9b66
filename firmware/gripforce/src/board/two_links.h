// USB and BLE as one link: whole commands from either, each answer to where its command came from.
#pragma once

#include <stdint.h>

#include "ble_link.h"
#include "command_turns.h"
#include "usb_link.h"

namespace gripforce {

enum LinkNumber : uint8_t { kUsb = 0, kBle = 1 };

class TwoLinks {
 public:
  void begin(uint32_t baud);
  void poll();
  bool is_up(uint8_t number) const { return number == kBle ? ble_.connected() : usb_.connected(); }
  bool show_battery(uint8_t percent) { return ble_.show_battery(percent); }

  bool has_byte() { return commands_.has_byte(); }
  uint8_t take_byte() { return commands_.take_byte(); }
  uint8_t number() const { return commands_.number(); }
  uint32_t delimiter_tick() const { return commands_.delimiter_tick(); }
  bool lost_bytes() { return commands_.lost_bytes(); }

  void send(const Frame& frame, uint8_t number = kUsb);
  bool idle() const { return usb_.idle() && ble_.idle(); }
  void flush() { ble_.flush(); }

 private:
  UsbLink usb_;
  BleLink ble_;
  CommandTurns commands_{usb_.inbox(), ble_.inbox()};
};

}  // namespace gripforce
