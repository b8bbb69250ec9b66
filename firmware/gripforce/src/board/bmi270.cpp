#include "../../config.h"

#ifdef IMU_BMI270

#include <Arduino_BMI270_BMM150.h>  // links the library; nothing of its classes is used

#include "bmi270.h"

// In the library's bmi270.c; no header of it names this.
extern "C" const uint8_t bmi270_config_file[8192];

namespace gripforce {

namespace {

// Registers, from the datasheet's map and its chapter on initialization.
constexpr uint8_t kChipId = 0x00, kIdentity = 0x24;
constexpr uint8_t kData = 0x0C;  // acceleration x y z, then rotation
constexpr uint8_t kInternalStatus = 0x21, kProgramRuns = 0x01, kProgramState = 0x0F;
constexpr uint8_t kInitControl = 0x59, kInitAddress = 0x5B, kInitData = 0x5E;
constexpr uint8_t kPowerConfig = 0x7C, kCommand = 0x7E, kReset = 0xB6;
constexpr uint8_t kChunk = 32;
constexpr uint16_t kChunks = sizeof bmi270_config_file / kChunk;

const uint8_t kSettings[] = {
    0x40, 0xA9,  // acceleration: 200 Hz, normal filter, for performance
    0x41, 0x01,  // 4 g
    0x42, 0xE9,  // rotation: 200 Hz, normal filter, for performance
    0x43, 0x02,  // 500 degrees/s
    0x7D, 0x06,  // both on
};
enum Step : uint16_t { kAsk, kRestart, kAwake, kPrepare, kLoad, kGo = kLoad + kChunks, kCheck, kSet };

bool wrote(I2c& bus, uint8_t at, uint8_t value) {
  bus.write(Bmi270::kAddress, at, value);
  return bus.state() == I2c::kDone;
}

bool reads(I2c& bus, uint8_t at, uint8_t mask, uint8_t wanted) {
  uint8_t value = 0;
  bus.read(Bmi270::kAddress, at, &value, 1);
  return bus.state() == I2c::kDone && (value & mask) == wanted;
}

// A place in the chip's memory is counted in words of two bytes.
bool loaded(I2c& bus, uint16_t chunk) {
  const uint16_t word = static_cast<uint16_t>(chunk * (kChunk / 2));
  const uint8_t place[] = {static_cast<uint8_t>(word & 0x0F), static_cast<uint8_t>(word >> 4)};
  bus.write(Bmi270::kAddress, kInitAddress, place, sizeof place);
  if (bus.state() != I2c::kDone) return false;
  bus.write(Bmi270::kAddress, kInitData, bmi270_config_file + chunk * kChunk, kChunk);
  return bus.state() == I2c::kDone;
}

int32_t wait_if(bool well, int32_t us) { return well ? us : kRefused; }

}  // namespace

int32_t Bmi270::set_up(I2c& bus, uint16_t step) {
  if (step >= kLoad && step < kGo) return wait_if(loaded(bus, static_cast<uint16_t>(step - kLoad)), 1000);
  switch (step) {
    case kAsk: return wait_if(reads(bus, kChipId, 0xFF, kIdentity), 1000);
    case kRestart: return wait_if(wrote(bus, kCommand, kReset), 2000);
    case kAwake: return wait_if(wrote(bus, kPowerConfig, 0), 1000);  // 450 us, without its power saving
    case kPrepare: return wait_if(wrote(bus, kInitControl, 0), 1000);
    case kGo: return wait_if(wrote(bus, kInitControl, 1), 150000);
    case kCheck: return wait_if(reads(bus, kInternalStatus, kProgramState, kProgramRuns), 1000);
    default: break;
  }
  const size_t at = 2u * (step - kSet);
  if (at == sizeof kSettings) return kDone;
  return wait_if(wrote(bus, kSettings[at], kSettings[at + 1]), 1000);
}

bool Bmi270::fetch(I2c& bus, uint8_t* data) {
  bus.read(kAddress, kData, data, 12);
  return bus.state() == I2c::kDone;
}

ChannelInfo Bmi270::channel(uint8_t index) {
  // 8192 counts a g = 1.1971e-3 m/s2, 65.536 counts a degree/s = 2.6632e-4 rad/s.
  if (index < 3) return {static_cast<uint8_t>(kAccelX + index), kMetrePerS2, 11971, -7, 32767, 0};
  return {static_cast<uint8_t>(kGyroX + index - 3), kRadianPerS, 26632, -8, 32767, 0};
}

}  // namespace gripforce

#endif
