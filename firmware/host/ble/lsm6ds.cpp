// An LSM6DS3TR-C as its datasheet has it, as far as the driver uses it: who it is, its settings, a
// pulse on INT1 for each sample, bursts. A word tells the sample's number and the channel.
#include "../../gripforce/config.h"

#ifdef IMU_LSM6DS

#include <Arduino.h>

#include "motion.h"
#include "world.h"

namespace {

constexpr uint8_t kWhoAmI = 0x0F, kAccel = 0x10, kFirstOutput = 0x22;
constexpr uint64_t kPeriodUs = 4900;  // 208 Hz, 2 % slow

uint8_t registers[128];
uint64_t next_sample_us = UINT64_MAX, number = 0;

}  // namespace

namespace chip {

const uint8_t kAddress = 0x6A;
void power_on() { registers[kWhoAmI] = 0x6A; }
uint8_t read(uint8_t at) { return registers[at & 127]; }
void write(uint8_t at, uint8_t value) {
  registers[at & 127] = value;
  if (at == kAccel) next_sample_us = world::now_us + kPeriodUs;
}
uint8_t after(uint8_t at) { return static_cast<uint8_t>(at + 1); }

}  // namespace chip

namespace motion {

uint64_t next_us() { return next_sample_us; }

void sample() {
  next_sample_us += kPeriodUs;
  for (uint8_t c = 0; c < 6; ++c) {
    chip::put(&registers[kFirstOutput + 2 * c], (number + 1000u * c) & 0x7FFF, true);
  }
  ++number;
  pin_changed(PIN_IMU_INT1, true);
}

}  // namespace motion

#endif
