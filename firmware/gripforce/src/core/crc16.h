// CRC-16/CCITT-FALSE: poly 0x1021, init 0xFFFF; of "123456789" it is 0x29B1.
#pragma once

#include <stdint.h>

namespace gripforce {

constexpr uint16_t kCrcInit = 0xFFFF;

// One byte without a table. Halves of the register are kept apart because an 8-bit CPU shifts
// single bytes: 23 cycles a byte on an AVR, where a 16-bit `x << 12` costs a loop.
inline uint16_t crc16_add(uint16_t crc, uint8_t byte) {
  uint8_t x = static_cast<uint8_t>((crc >> 8) ^ byte);
  x = static_cast<uint8_t>(x ^ (x >> 4));
  const uint8_t low = static_cast<uint8_t>(crc);
  const uint8_t high = static_cast<uint8_t>(low ^ static_cast<uint8_t>(x << 4) ^ (x >> 3));
  return static_cast<uint16_t>(high << 8 | static_cast<uint8_t>((x << 5) ^ x));
}

inline uint16_t crc16(const uint8_t* bytes, uint16_t n, uint16_t crc = kCrcInit) {
  for (uint16_t i = 0; i < n; ++i) crc = crc16_add(crc, bytes[i]);
  return crc;
}

}  // namespace gripforce
