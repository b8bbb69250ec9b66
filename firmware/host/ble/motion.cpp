// The I2C bus of a motion sensor: bytes take their time, and go to the chip's registers.
#include "../../gripforce/config.h"
#include "world.h"

#ifdef HAS_IMU

#include <Wire.h>

#include <vector>

#include "motion.h"

namespace {

constexpr uint64_t kByteUs = 25;  // nine bits at 400 kHz

std::vector<uint8_t> written;
uint8_t pointer = 0, addressed = 0;
size_t left = 0;

}  // namespace

MbedI2C Wire, Wire1;
void MbedI2C::begin() { chip::power_on(); }
void MbedI2C::setClock(uint32_t) {}

void MbedI2C::beginTransmission(uint8_t device) {
  written.clear();
  addressed = device;
}

size_t MbedI2C::write(uint8_t byte) {
  written.push_back(byte);
  return 1;
}

uint8_t MbedI2C::endTransmission(bool) {
  world::pass(kByteUs * (1 + written.size()));
  if (addressed != chip::kAddress) return 2;
  pointer = written.at(0);
  for (size_t i = 1; i < written.size(); ++i, pointer = chip::after(pointer)) chip::write(pointer, written[i]);
  return 0;
}

size_t MbedI2C::requestFrom(uint8_t device, size_t size) {
  world::pass(kByteUs * (1 + size));
  left = device == chip::kAddress ? size : 0;
  return left;
}

int MbedI2C::read() {
  if (left == 0) return -1;
  --left;
  const uint8_t value = chip::read(pointer);
  pointer = chip::after(pointer);
  return value;
}

#else

namespace motion {
uint64_t next_us() { return UINT64_MAX; }
void sample() {}
}  // namespace motion

#endif
