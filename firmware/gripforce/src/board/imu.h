// The motion sensor that config.h chooses, or none.
#pragma once

#include "lsm6ds.h"

namespace gripforce {

#if defined(IMU_LSM6DS)

typedef Lsm6ds Imu;

#else

// A build without a motion sensor: no stream, nothing to do, and nothing that is missing.
class Imu {
 public:
  static constexpr uint8_t kStreams = 0;
  static constexpr uint8_t kChannels = 0;
  static constexpr uint8_t kSampleBytes = 0;

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
