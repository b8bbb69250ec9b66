// A comparison of raw counts that raises a digital output without the host: it is armed by a
// command and fires once.
#pragma once

#include <stdint.h>

namespace gripforce {

class Watch {
 public:
  // The command's arguments: u8 stream, u8 added, u8 subtracted, u8 rising, i32 level, u8 line,
  // u16 pulse_ms. Without channels it is off.
  void arm(const uint8_t* args);
  void disarm() { state_ = kOff; }
  // Firings are counted from here.
  void restart() {
    disarm();
    fired_ = 0;
  }

  // Whether this sample reaches the level after one that did not.
  bool fires(uint8_t stream, const uint8_t* sample, uint8_t width);
  uint16_t pulse_ms() const { return static_cast<uint16_t>(second_); }
  void fired(uint32_t sample_tick, uint32_t raised_tick) {
    first_ = sample_tick;
    second_ = raised_tick;
    state_ = kFired;
    ++fired_;
  }

  // A firing that the host has not been told of.
  bool has_fired() const { return state_ == kFired; }
  uint8_t index() const { return static_cast<uint8_t>(fired_ - 1); }
  uint8_t stream() const { return stream_; }
  uint8_t line() const { return line_; }
  uint32_t sample_tick() const { return first_; }
  uint32_t raised_tick() const { return second_; }

 private:
  enum State : uint8_t { kOff, kBeyond, kArmed, kFired };

  State state_ = kOff;
  uint8_t stream_ = 0, line_ = 0, fired_ = 0;
  uint8_t added_ = 0, subtracted_ = 0;  // a bit for each channel
  bool rising_ = false;
  uint32_t first_ = 0;   // the level; once it has fired, the sample's tick
  uint32_t second_ = 0;  // milliseconds of the pulse; once it has fired, the output's tick
};

}  // namespace gripforce
