#include "loop_board.h"

#include <Arduino.h>

#include "../core/messages.h"
#include "pin.h"

namespace gripforce {

namespace {
Pin ttl_out() { return Pin(PIN_TTL_OUT); }
}  // namespace

void LoopBoard::begin(Device&) {
  ttl_out().make_output(false);
  led_.begin();
  battery_.begin();
  trigger_.begin();
  frontend_.begin();
#ifdef PIN_IMU_POWER
  if (Imu::kStreams != 0) Pin(PIN_IMU_POWER).make_output(true);
#endif
  imu_.begin();
}

void LoopBoard::look_after(const Device& device) {
  const uint32_t now = micros();
  if (pulse_ && now - pulse_from_ >= pulse_ms_ * 1000UL) {
    ttl_out().set(level_after_);
    pulse_ = false;
  }
  battery_.poll(now);
  led_.show(!frontend_.present() ? Light::kAbsent
            : device.streaming() ? Light::kStreaming
                                 : Light::kIdle,
            now);
}

uint32_t LoopBoard::tick_us() { return micros(); }

StreamInfo LoopBoard::stream(uint8_t stream) {
  return stream < Frontend::kStreams ? frontend_.stream(stream) : imu_.stream();
}

ChannelInfo LoopBoard::channel(uint8_t stream, uint8_t index) {
  return stream < Frontend::kStreams ? frontend_.channel(stream, index) : imu_.channel(index);
}

bool LoopBoard::start() {
  frontend_.restart();
  imu_.restart();
  trigger_.restart();
  return frontend_.present();  // without motion, forces are still worth having
}

bool LoopBoard::set_rate(uint8_t stream, uint32_t rate_mhz) {
  return stream < Frontend::kStreams && frontend_.set_rate(stream, rate_mhz);
}

uint16_t LoopBoard::flags() {
  uint16_t flags = reset_flags();
  if (!frontend_.present()) flags |= kConverterIsAbsent;
  if (!imu_.present()) flags |= kImuIsAbsent;
  return flags;
}

uint16_t LoopBoard::adc_errors() {
  const uint16_t room = static_cast<uint16_t>(0xFFFF - frontend_.errors());
  const uint16_t more = imu_.errors() < room ? imu_.errors() : room;
  return static_cast<uint16_t>(frontend_.errors() + more);
}

uint16_t LoopBoard::self_test() {
  uint16_t failed = 0;
  if (!frontend_.present()) failed |= kConverterFailed;
  if (!imu_.present()) failed |= kImuFailed;
  if (battery_.is_empty() || !supply_is_sound()) failed |= kSupplyFailed;
  return failed;
}

bool LoopBoard::digital_out(uint8_t line, bool high, uint16_t pulse_ms) {
  if (line != 0) return false;
  ttl_out().set(high);
  pulse_ = pulse_ms != 0;
  level_after_ = !high;
  pulse_from_ = micros();
  pulse_ms_ = pulse_ms;
  return true;
}

bool LoopBoard::next_edge(Edge* edge) { return trigger_.take(edge); }

}  // namespace gripforce
