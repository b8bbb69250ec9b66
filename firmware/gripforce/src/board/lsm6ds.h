// LSM6DS3TR-C, LSM6DSL, LSM6DSO, LSM6DSOX: acceleration and rotation at 208 Hz, one stream of six.
//
// The family whose registers used here are the same: still made, and soldered to several nRF52840
// boards; an MPU-6050 is neither. INT1 pulses at each sample and dates it; the words are fetched
// while the loop goes on. A sensor that does not answer is asked again, ten times a second.
#pragma once

#include "../../config.h"
#include "../core/board.h"
#include "../core/device.h"
#include "i2c.h"
#include "sample_pace.h"

namespace gripforce {

#ifdef IMU_LSM6DS

class Lsm6ds {
 public:
  static constexpr uint8_t kStreams = 1;
  static constexpr uint8_t kChannels = 6;
  static constexpr uint8_t kSampleBytes = 12;
  static constexpr uint8_t kPollMs = 20;  // its line tells of samples; this, of its silence

  // The stream's number in the hello.
  explicit Lsm6ds(uint8_t stream) : stream_(stream) {}

  void begin();
  // Fetches what is ready and hands it on; looks after a sensor that is gone. Never waits.
  void poll(Device& device);
  bool sample_waits() const;
  // The next sample is the first: what went before it is nobody's loss.
  void restart() { pace_.restart(); }

  bool present() const { return step_ >= kReady; }
  uint16_t errors() const { return errors_; }
  StreamInfo stream() const;
  ChannelInfo channel(uint8_t index) const;

 private:
  enum Step : uint8_t { kResting, kAsking, kSetting, kReady = 0x40, kFetching };

  void set_up(uint32_t now);
  void fetch_if_ready(uint32_t now);
  void fetched(Device& device, uint32_t now);
  void rest(uint32_t now);
  void count_error();

  I2c bus_;
  uint8_t data_[kSampleBytes];
  uint8_t stream_;
  uint8_t step_ = kResting;
  uint8_t failures_ = 0;    // to fetch, in a row
  SamplePace pace_;
  uint16_t errors_ = 0;
  uint32_t since_ = 0;      // when the step began
  uint32_t tick_ = 0;       // of the sample that is being fetched
};

#endif

}  // namespace gripforce
