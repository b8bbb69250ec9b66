// An nRF52840 (Arduino Nano 33 BLE, Seeed XIAO BLE) as the core sees it.
//
// The radio's library and USB take the loop's time as they please, and the converter waits for
// nobody: a thread of its own, above all others, reads it. Whoever calls the core has the turn.
#pragma once

#include "../../config.h"
#include "../core/board.h"
#include "../core/device.h"
#include "../core/messages.h"
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

class NrfBoard : public Board {
 public:
  void begin(Device& device);
  // Ends pulses, shows the state, measures the battery; to be called without pause.
  void poll(Device& device);
  void begin_turn();
  void end_turn();
  // Leaves the processor to others, for a millisecond at the longest.
  void rest(bool (*work_waits)());
  // On the sampler's thread, at each conversion; and now and then, for a converter that fell silent.
  void sample();
  bool sample_waits() const { return false; }
  // A new charge is to be told, once.
  bool has_new_charge() const { return charge_percent_ != told_percent_; }
  uint8_t charge_percent() const { return charge_percent_; }
  void charge_was_told() { told_percent_ = charge_percent_; }

  uint32_t tick_us() override;
  StreamInfo stream(uint8_t stream) override;
  ChannelInfo channel(uint8_t stream, uint8_t index) override;
  uint16_t capacity_dn(uint8_t kind) override { return capacity_of(kind); }
  bool start() override;
  void stop() override {}  // the converters run on, so that cells and bridge stay warm
  bool set_rate(uint8_t stream, uint32_t rate_mhz) override;
  uint16_t flags() override;
  uint16_t adc_errors() override;
  uint16_t battery_mv() override { return battery_mv_; }
  uint16_t self_test() override;
  bool digital_out(uint8_t line, bool high, uint16_t pulse_ms) override;
  bool next_edge(Edge* edge) override { return trigger_.take(edge); }

 private:
  void measure_battery(uint32_t now);
  void end_pulse(uint32_t now);

  Device* device_ = nullptr;
  Frontend frontend_;
  Imu imu_{Frontend::kStreams};
  Trigger trigger_;
  bool pulse_ = false;
  bool level_after_ = false;
  uint32_t pulse_from_ = 0;
  uint16_t pulse_ms_ = 0;
  uint32_t battery_tick_ = 0;
  uint16_t battery_mv_ = 0;
  uint8_t charge_percent_ = 100;
  uint8_t told_percent_ = 0xFF;
};

// The part of its charge that a lithium cell at rest has left; within some 10 %.
uint8_t charge_of(uint16_t battery_mv);

}  // namespace gripforce
