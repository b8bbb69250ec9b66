#if defined(__AVR__)

#include "avr_board.h"

#include <Arduino.h>
#include <avr/sleep.h>

#include "../core/messages.h"
#include "pin.h"
#include "supervisor.h"

namespace gripforce {

namespace {

constexpr uint16_t kLowestSupplyMv = 4500, kHighestSupplyMv = 5500;

Pin ttl_out() { return Pin(PIN_TTL_OUT); }

}  // namespace

void AvrBoard::begin(Device&) {
  ttl_out().make_output(false);
  begin_light();
  trigger_.begin();
  frontend_.begin();
  imu_.begin();
  SMCR = SLEEP_MODE_IDLE;
}

void AvrBoard::poll(Device& device) {
  frontend_.poll(device);
  imu_.poll(device);
  const uint32_t now = micros();
  if (pulse_ && now - pulse_from_ >= pulse_ms_ * 1000UL) {
    ttl_out().set(level_after_);
    pulse_ = false;
  }
  show(!frontend_.present()    ? Light::kAbsent
       : device.streaming() ? Light::kStreaming
                            : Light::kIdle,
       now);
}

// Asleep, the CPU makes no noise beside the converter and answers every interrupt after the same
// number of cycles. With interrupts off until the moment of sleep, nothing can slip in between.
void AvrBoard::rest(bool (*work_waits)()) {
  cli();
  if (!work_waits()) {
    sleep_enable();
    sei();
    sleep_cpu();
    sleep_disable();
  }
  sei();
}

uint32_t AvrBoard::tick_us() { return micros(); }

StreamInfo AvrBoard::stream(uint8_t stream) {
  return stream < Frontend::kStreams ? frontend_.stream(stream) : imu_.stream();
}

ChannelInfo AvrBoard::channel(uint8_t stream, uint8_t index) {
  return stream < Frontend::kStreams ? frontend_.channel(stream, index) : imu_.channel(index);
}

bool AvrBoard::start() {
  frontend_.restart();
  imu_.restart();
  trigger_.restart();
  return frontend_.present();  // without motion, forces are still worth having
}

bool AvrBoard::set_rate(uint8_t stream, uint32_t rate_mhz) {
  return stream < Frontend::kStreams && frontend_.set_rate(stream, rate_mhz);
}

uint16_t AvrBoard::flags() {
  uint16_t flags = reset_flags();
  if (!frontend_.present()) flags |= kConverterIsAbsent;
  if (!imu_.present()) flags |= kImuIsAbsent;
  return flags;
}

uint16_t AvrBoard::adc_errors() {
  const uint16_t room = static_cast<uint16_t>(0xFFFF - frontend_.errors());
  return imu_.errors() < room ? frontend_.errors() + imu_.errors() : 0xFFFF;
}

uint16_t AvrBoard::self_test() {
  uint16_t failed = 0;
  if (!frontend_.present()) failed |= kConverterFailed;
  if (!imu_.present()) failed |= kImuFailed;
  const uint16_t supply = supply_mv();
  if (supply < kLowestSupplyMv || supply > kHighestSupplyMv) failed |= kSupplyFailed;
  return failed;
}

bool AvrBoard::digital_out(uint8_t line, bool high, uint16_t pulse_ms) {
  if (line != 0) return false;
  ttl_out().set(high);
  pulse_ = pulse_ms != 0;
  level_after_ = !high;
  pulse_from_ = micros();
  pulse_ms_ = pulse_ms;
  return true;
}

bool AvrBoard::next_edge(Edge* edge) { return trigger_.take(edge); }

}  // namespace gripforce

#endif
