// LSM9DS1: acceleration and rotation at 238 Hz. A Nano 33 BLE has one, on a bus of its own, and no
// line from it to the processor.
#pragma once

#include "polled_imu.h"

namespace gripforce {

struct Lsm9ds1 {
  static constexpr uint8_t kAddress = 0x6B;
  static constexpr uint32_t kRateMhz = 238000;
  static constexpr uint8_t kStatus = 0x17, kReady = 0x03;  // rotation, acceleration

  static int32_t set_up(I2c& bus, uint16_t step);
  static bool fetch(I2c& bus, uint8_t* data);
  static ChannelInfo channel(uint8_t index);
};

}  // namespace gripforce
