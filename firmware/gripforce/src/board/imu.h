// The motion sensor that config.h chooses, or none.
#pragma once

#include "../../config.h"
#if defined(IMU_LSM6DS)
#include "lsm6ds.h"
#elif defined(IMU_LSM9DS1)
#include "lsm9ds1.h"
#elif defined(IMU_BMI270)
#include "bmi270.h"
#else
#include "../core/device.h"
#endif

namespace gripforce {

#if defined(IMU_LSM6DS)

typedef Lsm6ds Imu;

#elif defined(IMU_LSM9DS1)

typedef PolledImu<Lsm9ds1> Imu;

#elif defined(IMU_BMI270)

typedef PolledImu<Bmi270> Imu;

#else

// A build without a motion sensor: no stream, nothing to do, and nothing that is missing.
class Imu {
 public:
  static constexpr uint8_t kStreams = 0;
  static constexpr uint8_t kChannels = 0;
  static constexpr uint8_t kSampleBytes = 0;
  static constexpr uint8_t kPollMs = 20;

  explicit Imu(uint8_t) {}
  void begin() {}
  void poll(Device&) {}
  bool sample_waits() const { return false; }
  void restart() {}
  bool present() const { return true; }
  uint16_t errors() const { return 0; }
  StreamInfo stream() const { return {0, 0, 0, 0, 0}; }
  ChannelInfo channel(uint8_t) const { return {0, 0, 0, 0, 0, 0}; }
};

#endif

}  // namespace gripforce
