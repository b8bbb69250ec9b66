// A motion sensor that no line of the board tells of: its status is asked for, a millisecond after
// the other, and the moment of the answer dates the sample.
//
// A `Sensor` is a class of static members only:
//   kAddress, kRateMhz   its I2C address, and its rate
//   kStatus, kReady      the register that tells of new samples, and its bits for both sensors
//   set_up(bus, step)    takes a step of its set-up: microseconds until the next one, kDone or kRefused
//   fetch(bus, data)     reads the twelve bytes of a sample; false where that fails
//   channel(index)
#pragma once

#include <Arduino.h>

#include "../core/board.h"
#include "../core/device.h"
#include "../core/messages.h"
#include "i2c.h"
#include "sample_pace.h"

namespace gripforce {

constexpr int32_t kDone = -1, kRefused = -2;

template <typename Sensor>
class PolledImu {
 public:
  static constexpr uint8_t kStreams = 1;
  static constexpr uint8_t kChannels = 6;
  static constexpr uint8_t kSampleBytes = 12;
  static constexpr uint8_t kPollMs = 1;

  explicit PolledImu(uint8_t stream) : stream_(stream) {}

  void begin() {
    bus_.begin();
    asked_ = micros();
  }
  // Takes a step of the set-up, or asks for a sample and hands it on. A transfer takes 0.1 to 0.4 ms.
  void poll(Device& device) {
    const uint32_t now = micros();
    if (now - asked_ < wait_us_) return;
    asked_ = now;
    if (present_) {
      look(device, now);
    } else {
      set_up(now);
    }
  }
  bool sample_waits() const { return false; }
  void restart() { pace_.restart(); }

  bool present() const { return present_; }
  uint16_t errors() const { return errors_; }
  StreamInfo stream() const {
    // A sample stands for the period before it, and is seen half a millisecond late.
    constexpr uint32_t kLatencyUs = 500000000UL / Sensor::kRateMhz + 500UL * kPollMs;
    return {16, kChannels, IMU_BLOCK_SAMPLES, Sensor::kRateMhz, kLatencyUs};
  }
  ChannelInfo channel(uint8_t index) const { return Sensor::channel(index); }

 private:
  static constexpr uint16_t kPeriodUs = static_cast<uint16_t>(1000000000UL / Sensor::kRateMhz);
  static constexpr uint32_t kPollUs = 1000UL * kPollMs;
  static constexpr uint32_t kRetryUs = 100000;
  static constexpr uint32_t kSilenceUs = 100000;  // without a sample for so long, it is set up anew
  static constexpr uint8_t kMostFailures = 10;    // in a row

  void set_up(uint32_t now) {
    const int32_t next = Sensor::set_up(bus_, step_);
    if (next == kRefused) return rest();
    if (next != kDone) {
      ++step_;
      wait_us_ = static_cast<uint32_t>(next);
      return;
    }
    present_ = true;
    seen_ = now;
    wait_us_ = kPollUs;
    pace_.begin(kPeriodUs);
  }

  void look(Device& device, uint32_t now) {
    wait_us_ = kPollUs;
    uint8_t status = 0;
    bus_.read(Sensor::kAddress, Sensor::kStatus, &status, 1);
    if (bus_.state() != I2c::kDone) return failed();
    if ((status & Sensor::kReady) != Sensor::kReady) {
      if (now - seen_ > kSilenceUs) {
        count_error();
        rest();
      }
      return;
    }
    if (!Sensor::fetch(bus_, data_)) return failed();
    seen_ = now;
    failures_ = 0;
    wait_us_ = pace_.period_us() - kPollUs - kPollUs / 2;  // nothing is to be had before
    const uint32_t missed = pace_.missed_before(now);
    device.take(stream_, data_, now, missed == 0 ? 0 : kConverterError, missed);
    if (!device.streaming()) pace_.restart();
  }

  void failed() {
    count_error();
    if (++failures_ == kMostFailures) rest();
  }
  void rest() {
    present_ = false;
    step_ = 0;
    failures_ = 0;
    wait_us_ = kRetryUs;
  }
  void count_error() {
    if (errors_ != 0xFFFF) ++errors_;
  }

  I2c bus_;
  uint8_t data_[kSampleBytes];
  uint8_t stream_;
  bool present_ = false;
  uint8_t failures_ = 0;  // in a row
  uint16_t step_ = 0;     // of the set-up
  uint16_t errors_ = 0;
  uint32_t asked_ = 0, wait_us_ = 0;
  uint32_t seen_ = 0;     // when the last sample was had
  SamplePace pace_;
};

}  // namespace gripforce
