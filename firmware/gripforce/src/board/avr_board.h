// An Uno or Nano as the core sees it.
#pragma once

#include "../../config.h"
#include "../core/board.h"
#include "../core/device.h"
#include "ads131m04.h"
#include "capacity.h"
#include "hx711.h"
#include "lsm6ds.h"
#include "trigger.h"

namespace gripforce {

#if defined(FRONTEND_HX711)
typedef Hx711Cells Frontend;
#else
typedef Ads131m04 Frontend;
#endif

constexpr uint8_t kStreams = Frontend::kStreams + Imu::kStreams;

class AvrBoard : public Board {
 public:
  void begin(Device&);
  // Moves samples, ends pulses, shows the state; to be called without pause.
  void poll(Device& device);
  // There is one thread: the turn is always ours. There is no battery either.
  void begin_turn() {}
  void end_turn() {}
  bool has_new_charge() const { return false; }
  uint8_t charge_percent() const { return 0; }
  void charge_was_told() {}
  // Sleeps until the next interrupt, unless something has come meanwhile.
  void rest(bool (*work_waits)());
  bool sample_waits() const { return frontend_.sample_waits() || imu_.sample_waits(); }

  uint32_t tick_us() override;
  StreamInfo stream(uint8_t stream) override;
  ChannelInfo channel(uint8_t stream, uint8_t index) override;
  uint16_t capacity_dn(uint8_t kind) override { return capacity_of(kind); }
  bool start() override;
  void stop() override {}  // the converters run on, so that cells and bridge stay warm
  bool set_rate(uint8_t stream, uint32_t rate_mhz) override;
  uint16_t flags() override;
  uint16_t adc_errors() override;
  uint16_t battery_mv() override { return 0; }
  uint16_t self_test() override;
  bool digital_out(uint8_t line, bool high, uint16_t pulse_ms) override;
  bool next_edge(Edge* edge) override;

 private:
  Frontend frontend_;
  Imu imu_{Frontend::kStreams};
  Trigger trigger_;
  bool pulse_ = false;
  bool level_after_ = false;
  uint32_t pulse_from_ = 0;
  uint16_t pulse_ms_ = 0;
};

}  // namespace gripforce
