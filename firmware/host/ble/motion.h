// The chip of a motion sensor on the I2C bus, where the sketch has one: its registers and its samples.
#pragma once

#include <stdint.h>

namespace chip {

extern const uint8_t kAddress;

void power_on();
uint8_t read(uint8_t at);
void write(uint8_t at, uint8_t value);
// The register that a burst reads or writes after this one.
uint8_t after(uint8_t at);

// Stores a sample low byte first, at half its size where the range is not the one that is wanted.
inline void put(uint8_t* at, uint64_t word, bool as_wanted) {
  if (!as_wanted) word /= 2;
  at[0] = static_cast<uint8_t>(word);
  at[1] = static_cast<uint8_t>(word >> 8);
}

}  // namespace chip
