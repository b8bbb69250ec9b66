// How many samples of a sensor went by unseen: the time since the last one tells, whatever lost them.
#pragma once

#include <stdint.h>

namespace gripforce {

class SamplePace {
 public:
  void begin(uint16_t nominal_us) { period_us_ = nominal_us; }
  // The next sample is the first: what went before it is nobody's loss.
  void restart() { first_ = true; }
  uint16_t period_us() const { return period_us_; }  // as measured: its oscillator is off by some percent

  // Those between the sample of `tick`, which is had, and the last one.
  uint32_t missed_before(uint32_t tick) {
    const uint32_t elapsed = tick - last_tick_;
    uint32_t periods = (elapsed + period_us_ / 2) / period_us_;
    if (periods == 1) {
      period_us_ = static_cast<uint16_t>(period_us_ + (static_cast<int32_t>(elapsed) - period_us_) / 8);
    }
    if (first_ || periods == 0) periods = 1;
    first_ = false;
    last_tick_ = tick;
    return periods - 1;
  }

 private:
  uint16_t period_us_ = 0;
  bool first_ = true;
  uint32_t last_tick_ = 0;
};

}  // namespace gripforce
