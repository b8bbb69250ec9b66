// CRC-16/CCITT-FALSE: poly 0x1021, init 0xFFFF; of "123456789" it is 0x29B1.
#pragma once

#include <stdint.h>

namespace gripforce {

constexpr uint16_t kCrcInit = 0xFFFF;

// One byte without a table, 30 cycles on an AVR. Each step is on one byte, and inlined, because
// the same in 16-bit shifts took 75 cycles: a block of 204 bytes kept the next sample waiting 1 ms.
__attribute__((always_inline)) inline uint16_t crc16_add(uint16_t crc, uint8_t byte) {
  uint8_t x = static_cast<uint8_t>(crc >> 8);
  x = static_cast<uint8_t>(x ^ byte);
  uint8_t shifted = static_cast<uint8_t>(x >> 4);
  x = static_cast<uint8_t>(x ^ shifted);
  uint8_t high = static_cast<uint8_t>(crc);
  shifted = static_cast<uint8_t>(x >> 3);
  high = static_cast<uint8_t>(high ^ shifted);
  shifted = static_cast<uint8_t>(x << 4);
  high = static_cast<uint8_t>(high ^ shifted);
  shifted = static_cast<uint8_t>(shifted << 1);
  x = static_cast<uint8_t>(x ^ shifted);
  return static_cast<uint16_t>(high << 8 | x);
}

inline uint16_t crc16(const uint8_t* bytes, uint16_t n, uint16_t crc = kCrcInit) {
  for (const uint8_t* end = bytes + n; bytes != end; ++bytes) crc = crc16_add(crc, *bytes);
  return crc;
}

}  // namespace gripforce
