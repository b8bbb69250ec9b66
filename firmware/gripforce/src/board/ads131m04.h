// ADS131M04: four channels sampled at one moment, 24 bits, 1 kHz unless told otherwise.
#pragma once

#include "../core/board.h"
#include "../core/device.h"

namespace gripforce {

class Ads131m04 {
 public:
  static constexpr uint8_t kStreams = 1;

  void begin();
  // Reads what is ready and hands it on; looks after a converter that fell silent.
  void poll(Device& device);
  bool sample_waits() const;
  // The next sample is the first: what went before it is nobody's loss.
  void restart() { first_ = true; }

  bool present() const { return present_; }
  uint16_t errors() const { return errors_; }
  bool set_rate(uint8_t stream, uint32_t rate_mhz);
  StreamInfo stream(uint8_t stream) const;
  ChannelInfo channel(uint8_t stream, uint8_t index) const;

 private:
  struct Answer {
    uint16_t word;
    bool sound;
  };

  bool set_up();
  bool configure();
  Answer exchange(uint16_t command, uint16_t argument = 0);
  uint16_t read_register(uint8_t address);
  bool write_register(uint8_t address, uint16_t value);
  bool read_sample(Device& device, uint32_t tick, uint8_t flags);
  uint8_t next_question(uint32_t tick);
  bool answers(uint8_t question, uint16_t word) const;
  void reconfigure();
  void recover(uint32_t now);
  void count_error();

  uint8_t frame_[18];
  bool present_ = false;
  uint8_t osr_code_ = 0;
  uint16_t period_us_ = 1000;
  uint32_t last_tick_ = 0;  // of the newest sample that was read
  uint32_t last_try_ = 0;
  uint8_t verified_span_ = 0;
  uint8_t question_ = 0;  // of the newest frame: 0 STATUS, 1 to 3 a register that is read back
  bool set_up_anew_ = false;
  bool first_ = true;
  uint32_t missed_ = 0;  // conversions that could not be had since the last good one
  uint16_t errors_ = 0;
};

}  // namespace gripforce
