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

}  // namespace chip
