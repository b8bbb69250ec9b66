// Little-endian fields, written into and read out of somebody else's memory.
#pragma once

#include <stdint.h>

namespace gripforce {

inline uint16_t get16(const uint8_t* at) {
  return static_cast<uint16_t>(at[0] | static_cast<uint16_t>(at[1]) << 8);
}

inline uint32_t get32(const uint8_t* at) {
  return get16(at) | static_cast<uint32_t>(get16(at + 2)) << 16;
}

inline void put16(uint8_t* at, uint16_t value) {
  at[0] = static_cast<uint8_t>(value);
  at[1] = static_cast<uint8_t>(value >> 8);
}

inline void put32(uint8_t* at, uint32_t value) {
  put16(at, static_cast<uint16_t>(value));
  put16(at + 2, static_cast<uint16_t>(value >> 16));
}

// Writes fields one after the other; what finds no room is dropped and `fits()` says so.
class Writer {
 public:
  Writer(uint8_t* out, uint8_t room) : out_(out), room_(room) {}

  void u8(uint8_t value) {
    if (size_ < room_) {
      out_[size_++] = value;
    } else {
      fits_ = false;
    }
  }
  void u16(uint16_t value) {
    u8(static_cast<uint8_t>(value));
    u8(static_cast<uint8_t>(value >> 8));
  }
  void u32(uint32_t value) {
    u16(static_cast<uint16_t>(value));
    u16(static_cast<uint16_t>(value >> 16));
  }
  void i8(int8_t value) { u8(static_cast<uint8_t>(value)); }
  void i32(int32_t value) { u32(static_cast<uint32_t>(value)); }
  void sized(const uint8_t* bytes, uint8_t n) {
    u8(n);
    for (uint8_t i = 0; i < n; ++i) u8(bytes[i]);
  }
  void text(const char* letters) {
    uint8_t n = 0;
    while (letters[n] != '\0' && n < 32) ++n;
    sized(reinterpret_cast<const uint8_t*>(letters), n);
  }

  uint8_t size() const { return size_; }
  bool fits() const { return fits_; }

 private:
  uint8_t* out_;
  uint8_t room_;
  uint8_t size_ = 0;
  bool fits_ = true;
};

}  // namespace gripforce
