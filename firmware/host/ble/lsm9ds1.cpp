// An LSM9DS1 as its datasheet has it, as far as the driver uses it: who it is, rates and ranges, new data
// in its status until they are read, bursts where they are switched on. A word tells the sample's number and the
// channel; at another range than the driver's it tells half of that.
#include "../../gripforce/config.h"

#ifdef IMU_LSM9DS1

#include "motion.h"
#include "world.h"

namespace {

constexpr uint8_t kWhoAmI = 0x0F, kControlG = 0x10, kStatus = 0x17, kRotation = 0x18, kControlXl = 0x20,
                  kControl8 = 0x22, kAcceleration = 0x28;
constexpr uint8_t kGoesOn = 0x04, kNewRotation = 0x02, kNewAcceleration = 0x01;
constexpr uint32_t kRatesMhz[] = {0, 14900, 59500, 119000, 238000, 476000, 952000, 0};

uint8_t registers[128];
uint64_t next_sample_us = UINT64_MAX, number = 0;

// Rotation, where it is on, sets the rate of both.
uint64_t period_us() {
  const uint32_t rate_mhz = kRatesMhz[registers[kControlG] >> 5];
  return rate_mhz == 0 ? 0 : 1020000000ULL / rate_mhz;  // 2 % slow
}

}  // namespace

namespace chip {

const uint8_t kAddress = 0x6B;

void power_on() {
  registers[kWhoAmI] = 0x68;
  registers[kControl8] = kGoesOn;
}

uint8_t read(uint8_t at) {
  if (at == kRotation) registers[kStatus] &= static_cast<uint8_t>(~kNewRotation);
  if (at == kAcceleration) registers[kStatus] &= static_cast<uint8_t>(~kNewAcceleration);
  return registers[at & 127];
}

void write(uint8_t at, uint8_t value) {
  if (at == kWhoAmI || at == kStatus) return;
  registers[at & 127] = value;
  if (at == kControlG) next_sample_us = period_us() == 0 ? UINT64_MAX : world::now_us + period_us();
}

uint8_t after(uint8_t at) { return static_cast<uint8_t>(registers[kControl8] & kGoesOn ? at + 1 : at); }

}  // namespace chip

namespace motion {

uint64_t next_us() { return next_sample_us; }

void sample() {
  next_sample_us += period_us();
  const bool moves = registers[kControlXl] >> 5 != 0;
  for (uint8_t c = 0; c < 3; ++c) {
    chip::put(&registers[kRotation + 2 * c], (number + 1000u * c) & 0x7FFF, (registers[kControlG] >> 3 & 3) == 1);
    const uint64_t word = moves ? (number + 3000u + 1000u * c) & 0x7FFF : 0;
    chip::put(&registers[kAcceleration + 2 * c], word, (registers[kControlXl] >> 3 & 3) == 2);
  }
  registers[kStatus] |= static_cast<uint8_t>(kNewRotation | (moves ? kNewAcceleration : 0));
  ++number;
}

}  // namespace motion

#endif
