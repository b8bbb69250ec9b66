// An LSM6DS3TR-C as its datasheet has it, as far as the driver uses it: who it is, its settings, a
// pulse on INT1 for each sample, bursts. A word tells the sample's number and the channel.
#include "../../gripforce/config.h"
#include "world.h"

#ifdef IMU_LSM6DS

#include <Wire.h>

#include <vector>

namespace {

constexpr uint8_t kWhoAmI = 0x0F, kAccel = 0x10, kFirstOutput = 0x22;
constexpr uint64_t kByteUs = 25, kPeriodUs = 4900;  // nine bits at 400 kHz; 208 Hz, 2 % slow

uint8_t registers[128];
uint64_t next_sample_us = UINT64_MAX, number = 0;
std::vector<uint8_t> written;
uint8_t pointer = 0;
size_t left = 0;

}  // namespace

namespace motion {

uint64_t next_us() { return next_sample_us; }

void sample() {
  next_sample_us += kPeriodUs;
  for (uint8_t c = 0; c < 6; ++c) {
    const uint64_t word = (number + 1000u * c) & 0x7FFF;
    registers[kFirstOutput + 2 * c] = static_cast<uint8_t>(word);
    registers[kFirstOutput + 2 * c + 1] = static_cast<uint8_t>(word >> 8);
  }
  ++number;
  pin_changed(PIN_IMU_INT1, true);
}

}  // namespace motion

MbedI2C Wire, Wire1;
void MbedI2C::begin() { registers[kWhoAmI] = 0x6A; }
void MbedI2C::setClock(uint32_t) {}
void MbedI2C::beginTransmission(uint8_t) { written.clear(); }

size_t MbedI2C::write(uint8_t byte) {
  written.push_back(byte);
  return 1;
}

uint8_t MbedI2C::endTransmission(bool) {
  world::pass(kByteUs * (1 + written.size()));
  pointer = written.at(0);
  if (written.size() == 2) registers[pointer] = written[1];
  if (written.size() == 2 && pointer == kAccel) next_sample_us = world::now_us + kPeriodUs;
  return 0;
}

size_t MbedI2C::requestFrom(uint8_t, size_t size) {
  world::pass(kByteUs * (1 + size));
  left = size;
  return size;
}

int MbedI2C::read() {
  if (left == 0) return -1;
  --left;
  return registers[pointer++ & 127];
}

#else

namespace motion {
uint64_t next_us() { return UINT64_MAX; }
void sample() {}
}  // namespace motion

#endif
