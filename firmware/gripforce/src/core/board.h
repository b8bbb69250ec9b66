// What the core asks of the board that it runs on, and nothing more.
#pragma once

#include <stdint.h>

namespace gripforce {

// One count stands for scale_mantissa x 10^scale_exponent of the unit.
struct ChannelInfo {
  uint8_t kind;
  uint8_t unit;
  uint16_t scale_mantissa;
  int8_t scale_exponent;
  int32_t full_scale_counts;
  int32_t skew_us;
};

// Channels that are sampled together on one clock.
struct StreamInfo {
  uint8_t width_bits;
  uint8_t n_channels;
  uint8_t block_samples;
  uint32_t rate_mhz;
  uint32_t latency_us;
};

struct Edge {
  uint8_t line;
  uint8_t rising;
  uint32_t tick;
  uint16_t index;
};

// Bytes that outlive the power. A write is finished when it returns.
class Storage {
 public:
  virtual uint8_t read(uint16_t address) = 0;
  virtual void write(uint16_t address, uint8_t value) = 0;
};

struct Identity {
  const char* board;
  const uint8_t* uid;
  uint8_t uid_size;
  uint16_t boot;
  uint16_t capabilities;
  uint32_t build;
  uint8_t major, minor, patch;
};

class Board {
 public:
  virtual uint32_t tick_us() = 0;
  virtual StreamInfo stream(uint8_t stream) = 0;
  virtual ChannelInfo channel(uint8_t stream, uint8_t index) = 0;
  // The force that a channel of this kind can bear, in tenths of a newton; 0: not stated.
  virtual uint16_t capacity_dn(uint8_t kind) = 0;

  // Starts the converters; false where one does not answer. Trigger edges count from here.
  virtual bool start() = 0;
  virtual void stop() = 0;
  // The rate nearest to `rate_mhz` that the stream can have, which it has from now on.
  virtual bool set_rate(uint8_t stream, uint32_t rate_mhz) = 0;

  virtual uint16_t flags() = 0;  // DeviceFlags that only the board knows
  virtual uint16_t adc_errors() = 0;
  virtual uint16_t battery_mv() = 0;
  virtual uint16_t self_test() = 0;  // SelfTestBits of converter, IMU and supply
  virtual bool digital_out(uint8_t line, bool high, uint16_t pulse_ms) = 0;
  virtual bool next_edge(Edge* edge) = 0;
};

}  // namespace gripforce
