#include "../../config.h"

#ifdef IMU_LSM9DS1

#include "lsm9ds1.h"

namespace gripforce {

namespace {

// Registers, from the datasheet's map; the values but for the identity are ours.
constexpr uint8_t kWhoAmI = 0x0F, kIdentity = 0x68;
constexpr uint8_t kRotation = 0x18, kAcceleration = 0x28;  // x y z of each
const uint8_t kSettings[] = {
    0x22, 0x44,  // a word changes only as a whole; reading goes on to the next register
    0x10, 0x8B,  // rotation: 238 Hz, 500 degrees/s
    0x20, 0x90,  // acceleration: 238 Hz, 4 g, its low-pass as the rate has it
};
constexpr int32_t kNextUs = 1000;
constexpr uint8_t kHalf = 6;

}  // namespace

// Who is there, then one setting after the other.
int32_t Lsm9ds1::set_up(I2c& bus, uint16_t step) {
  if (step == 0) {
    uint8_t who = 0;
    bus.read(kAddress, kWhoAmI, &who, 1);
    return bus.state() == I2c::kDone && who == kIdentity ? kNextUs : kRefused;
  }
  const size_t at = 2u * (step - 1u);
  if (at == sizeof kSettings) return kDone;
  bus.write(kAddress, kSettings[at], kSettings[at + 1]);
  return bus.state() == I2c::kDone ? kNextUs : kRefused;
}

bool Lsm9ds1::fetch(I2c& bus, uint8_t* data) {
  bus.read(kAddress, kRotation, data, kHalf);
  if (bus.state() != I2c::kDone) return false;
  bus.read(kAddress, kAcceleration, data + kHalf, kHalf);
  return bus.state() == I2c::kDone;
}

ChannelInfo Lsm9ds1::channel(uint8_t index) {
  // 17.50 mdps = 3.0543e-4 rad/s and 0.122 mg = 1.1964e-3 m/s2, from the table of sensitivity.
  if (index < 3) return {static_cast<uint8_t>(kGyroX + index), kRadianPerS, 30543, -8, 32767, 0};
  return {static_cast<uint8_t>(kAccelX + index - 3), kMetrePerS2, 11964, -7, 32767, 0};
}

}  // namespace gripforce

#endif
