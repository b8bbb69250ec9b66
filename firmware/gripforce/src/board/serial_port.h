// The port that Arduino calls Serial, where it says how much it takes without waiting.
#pragma once

#include <Arduino.h>
#include <stdint.h>

namespace gripforce {

// `kIsUsb`: it is the chip's own, and knows whether a program has it open.
template <bool kIsUsb>
struct SerialPort {
  static constexpr bool kKnowsItsHost = kIsUsb;
  static void begin(uint32_t baud) { Serial.begin(baud); }  // USB knows no baud rate
  static bool connected() { return !kIsUsb || static_cast<bool>(Serial); }
  static bool available() { return Serial.available() > 0; }
  static uint8_t read() { return static_cast<uint8_t>(Serial.read()); }
  // Serial.write() waits, but not for what there is room for.
  static uint16_t write(const uint8_t* bytes, uint16_t n) {
    const int room = Serial.availableForWrite();
    if (room <= 0) return 0;
    return static_cast<uint16_t>(Serial.write(bytes, room < n ? static_cast<size_t>(room) : n));
  }
};

}  // namespace gripforce
