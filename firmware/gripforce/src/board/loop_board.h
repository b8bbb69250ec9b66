// The board as the core sees it: converters, trigger, output, LED, battery, moved by one loop.
#pragma once

#include "../../config.h"
#include "../core/board.h"
#include "../core/device.h"
#include "../platform/platform.h"
#include "ads131m04.h"
#include "battery.h"
#include "capacity.h"
#include "hx711.h"
#include "imu.h"
#include "light.h"
#include "trigger.h"

namespace gripforce {

#if defined(FRONTEND_HX711)
typedef Hx711Cells Frontend;
#elif defined(FRONTEND_ADS131M04)
typedef Ads131m04 Frontend;
#endif

constexpr uint8_t kStreams = Frontend::kStreams + Imu::kStreams;

class LoopBoard : public Board {
 public:
  void begin(Device&);
  // Moves samples, ends pulses, shows the state; to be called without pause.
  void poll(Device& device) {
    move_samples(device);
    look_after(device);
  }
  // There is one thread: the turn is always ours.
  void begin_turn() {}
  void end_turn() {}
  void rest(bool (*work_waits)()) { rest_unless(work_waits); }
  bool sample_waits() const { return frontend_.sample_waits() || imu_.sample_waits(); }
  // A new charge is to be told, once.
  bool has_new_charge() const { return battery_.has_news(); }
  uint8_t charge_percent() const { return battery_.percent(); }
  void charge_was_told() { battery_.was_told(); }

  uint32_t tick_us() override;
  StreamInfo stream(uint8_t stream) override;
  ChannelInfo channel(uint8_t stream, uint8_t index) override;
  uint16_t capacity_dn(uint8_t kind) override { return capacity_of(kind); }
  bool start() override;
  void stop() override {}  // the converters run on, so that cells and bridge stay warm
  bool set_rate(uint8_t stream, uint32_t rate_mhz) override;
  uint16_t flags() override;
  uint16_t adc_errors() override;
  uint16_t battery_mv() override { return battery_.mv(); }
  uint16_t self_test() override;
  bool digital_out(uint8_t line, bool high, uint16_t pulse_ms) override;
  bool next_edge(Edge* edge) override;

 protected:
  void move_samples(Device& device) {
    frontend_.poll(device);
    imu_.poll(device);
  }
  // Whether move_samples() has more to do at once.
  bool has_more_samples() const {
    return (frontend_.sample_waits() && frontend_.present()) || imu_.sample_waits();
  }
  void look_after(const Device& device);

 private:
  Frontend frontend_;
  Imu imu_{Frontend::kStreams};
  Trigger trigger_;
  StatusLed led_;
  Battery battery_;
  bool pulse_ = false;
  bool level_after_ = false;
  uint32_t pulse_from_ = 0;
  uint16_t pulse_ms_ = 0;
};

}  // namespace gripforce
