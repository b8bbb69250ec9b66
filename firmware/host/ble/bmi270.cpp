// A BMI270 as its datasheet has it, as far as the driver uses it: silent until the whole of its program is
// in its memory, then rates and ranges, new data in its status until they are read. The program here is
// made up; the true one is its maker's. A word tells the sample's number and the channel; at another
// range than the driver's it tells half of that.
#include "../../gripforce/config.h"

#ifdef IMU_BMI270

#include <string.h>

#include "motion.h"
#include "world.h"

extern "C" {
uint8_t bmi270_config_file[8192];
}

namespace {

constexpr uint8_t kChipId = 0x00, kStatus = 0x03, kAcceleration = 0x0C, kRotation = 0x12, kInternalStatus = 0x21,
                  kAccConf = 0x40, kAccRange = 0x41, kGyrRange = 0x43, kInitControl = 0x59, kInitAddress0 = 0x5B,
                  kInitAddress1 = 0x5C, kInitData = 0x5E, kPowerConf = 0x7C, kPowerControl = 0x7D, kCommand = 0x7E;
constexpr uint8_t kReset = 0xB6, kSavesPower = 0x01, kRuns = 0x01, kWrong = 0x02, kBothOn = 0x06;
constexpr uint8_t kNewAcceleration = 0x80, kNewRotation = 0x40;
constexpr uint64_t kLoadUs = 140000;

uint8_t registers[128], memory[sizeof bmi270_config_file];
uint32_t offset = 0;
uint64_t runs_at_us = UINT64_MAX, next_sample_us = UINT64_MAX, number = 0;

void restart() {
  memset(registers, 0, sizeof registers);
  memset(memory, 0, sizeof memory);
  registers[kChipId] = 0x24;
  registers[kPowerConf] = 0x03;
  runs_at_us = next_sample_us = UINT64_MAX;
}

// 100 Hz is code 8, twice that each code more.
uint64_t period_us() { return 10200ULL >> ((registers[kAccConf] & 0x0F) - 8); }  // 2 % slow

void store(uint8_t value) {
  const uint32_t word = (registers[kInitAddress1] << 4 | (registers[kInitAddress0] & 0x0F)) & 0xFFFFu;
  const uint32_t at = 2 * word + offset++;
  if (registers[kPowerConf] & kSavesPower || registers[kInitControl] != 0 || at >= sizeof memory) return;
  memory[at] = value;
}

}  // namespace

namespace chip {

const uint8_t kAddress = 0x68;

void power_on() {
  for (uint32_t i = 0; i < sizeof bmi270_config_file; ++i) {
    bmi270_config_file[i] = static_cast<uint8_t>(i * 2654435761u >> 11);
  }
  restart();
}

uint8_t read(uint8_t at) {
  if (at == kAcceleration) registers[kStatus] &= static_cast<uint8_t>(~kNewAcceleration);
  if (at == kRotation) registers[kStatus] &= static_cast<uint8_t>(~kNewRotation);
  if (at == kInternalStatus && world::now_us >= runs_at_us) {
    const bool whole = memcmp(memory, bmi270_config_file, sizeof memory) == 0;
    registers[kInternalStatus] = whole ? kRuns : kWrong;
  }
  return registers[at & 127];
}

void write(uint8_t at, uint8_t value) {
  if (at == kCommand && value == kReset) return restart();
  if (at == kInitData) return store(value);
  if (at == kInitAddress0 || at == kInitAddress1) offset = 0;
  if (at < kAccConf) return;
  registers[at & 127] = value;
  if (at == kInitControl) runs_at_us = value == 1 ? world::now_us + kLoadUs : UINT64_MAX;
  const bool on = registers[kInternalStatus] == kRuns && (registers[kPowerControl] & kBothOn) == kBothOn;
  if (at == kPowerControl) next_sample_us = on ? world::now_us + period_us() : UINT64_MAX;
}

uint8_t after(uint8_t at) { return static_cast<uint8_t>(at == kInitData ? at : at + 1); }

}  // namespace chip

namespace motion {

uint64_t next_us() { return next_sample_us; }

void sample() {
  next_sample_us += period_us();
  for (uint8_t c = 0; c < 3; ++c) {
    chip::put(&registers[kAcceleration + 2 * c], (number + 1000u * c) & 0x7FFF, registers[kAccRange] == 1);
    chip::put(&registers[kRotation + 2 * c], (number + 3000u + 1000u * c) & 0x7FFF, registers[kGyrRange] == 2);
  }
  registers[kStatus] |= kNewAcceleration | kNewRotation;
  ++number;
}

}  // namespace motion

#endif
