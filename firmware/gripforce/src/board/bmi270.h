// BMI270: acceleration and rotation at 200 Hz. A Nano 33 BLE Rev2 has one.
//
// It measures only once a program of its maker, 8 kB, is in it. That program is not ours to pass on: it
// is linked from Arduino's library for the board, Arduino_BMI270_BMM150, which must be installed.
#pragma once

#include "polled_imu.h"

namespace gripforce {

struct Bmi270 {
  static constexpr uint8_t kAddress = 0x68;
  static constexpr uint32_t kRateMhz = 200000;
  static constexpr uint8_t kStatus = 0x03, kReady = 0xC0;  // acceleration, rotation

  static int32_t set_up(I2c& bus, uint16_t step);
  static bool fetch(I2c& bus, uint8_t* data);
  static ChannelInfo channel(uint8_t index);
};

}  // namespace gripforce
