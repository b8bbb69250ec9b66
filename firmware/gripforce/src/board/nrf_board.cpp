#if !defined(__AVR__)

#include "nrf_board.h"

#include <Arduino.h>
#include <mbed.h>

#include "nrf_supervisor.h"
#include "pin.h"
#include "wake.h"

namespace gripforce {

namespace {

constexpr uint32_t kBatteryPeriodUs = 10000000;
constexpr uint16_t kEmptyMv = 3300;

rtos::Mutex turn;
rtos::Thread sampler_thread(osPriorityRealtime);
events::EventQueue sampler_work;
NrfBoard* sampled = nullptr;

Pin ttl_out(PIN_TTL_OUT);
Pin led(PIN_STATUS_LED);

// What the LED shows, in eighths of a second.
constexpr uint8_t kIdleLight = 0x01, kAbsentLight = 0x15, kStreamingLight = 0xFF;

}  // namespace

void wake_sampler() { sampler_work.call(mbed::callback(sampled, &NrfBoard::sample)); }

void NrfBoard::begin(Device& device) {
  device_ = &device;
  sampled = this;
  start_crystal();
  ttl_out.make_output(false);
  led.make_output(!STATUS_LED_LIT);
#if defined(PIN_BATTERY_ON)
  Pin(PIN_BATTERY_ON).make_output(false);
#endif
  analogReadResolution(12);
  measure_battery(micros());
  trigger_.begin();
  frontend_.begin();
#if defined(IMU_LSM6DS) && defined(PIN_IMU_POWER)
  Pin(PIN_IMU_POWER).make_output(true);
#endif
  imu_.begin();
  sampler_work.call_every(std::chrono::milliseconds(20), mbed::callback(this, &NrfBoard::sample));
  sampler_thread.start(mbed::callback(&sampler_work, &events::EventQueue::dispatch_forever));
}

void NrfBoard::begin_turn() { turn.lock(); }
void NrfBoard::end_turn() { turn.unlock(); }

void NrfBoard::sample() {
  feed_sampler();
  turn.lock();
  do {
    frontend_.poll(*device_);
    imu_.poll(*device_);
  } while ((frontend_.sample_waits() && frontend_.present()) || imu_.sample_waits());
  turn.unlock();
}

void NrfBoard::poll(Device& device) {
  const uint32_t now = micros();
  end_pulse(now);
  keep_crystal();
  if (now - battery_tick_ >= kBatteryPeriodUs) measure_battery(now);
  const uint8_t light = !frontend_.present() ? kAbsentLight
                        : device.streaming() ? kStreamingLight
                                             : kIdleLight;
  const bool lit = (light >> (now >> 17 & 7) & 1) != 0;  // 131 ms each
  led.set(lit == (STATUS_LED_LIT != 0));
}

void NrfBoard::end_pulse(uint32_t now) {
  if (!pulse_ || now - pulse_from_ < pulse_ms_ * 1000UL) return;
  ttl_out.set(level_after_);
  pulse_ = false;
}

void NrfBoard::measure_battery(uint32_t now) {
  battery_tick_ = now;
#if defined(PIN_BATTERY)
  const uint32_t reading = static_cast<uint32_t>(analogRead(PIN_BATTERY));
  battery_mv_ = static_cast<uint16_t>(reading * BATTERY_FULL_SCALE_MV / 4095);
  charge_percent_ = charge_of(battery_mv_);
#endif
}

void NrfBoard::rest(bool (*work_waits)()) {
  if (!work_waits()) delay(1);
}

uint32_t NrfBoard::tick_us() { return micros(); }

StreamInfo NrfBoard::stream(uint8_t stream) {
  return stream < Frontend::kStreams ? frontend_.stream(stream) : imu_.stream();
}

ChannelInfo NrfBoard::channel(uint8_t stream, uint8_t index) {
  return stream < Frontend::kStreams ? frontend_.channel(stream, index) : imu_.channel(index);
}

uint16_t NrfBoard::flags() {
  uint16_t flags = reset_flags();
  if (!frontend_.present()) flags |= kConverterIsAbsent;
  if (!imu_.present()) flags |= kImuIsAbsent;
  return flags;
}

uint16_t NrfBoard::adc_errors() {
  const uint16_t room = static_cast<uint16_t>(0xFFFF - frontend_.errors());
  return imu_.errors() < room ? static_cast<uint16_t>(frontend_.errors() + imu_.errors()) : uint16_t{0xFFFF};
}

bool NrfBoard::start() {
  frontend_.restart();
  imu_.restart();
  trigger_.restart();
  return frontend_.present();
}

bool NrfBoard::set_rate(uint8_t stream, uint32_t rate_mhz) {
  return stream < Frontend::kStreams && frontend_.set_rate(stream, rate_mhz);
}

uint16_t NrfBoard::self_test() {
  uint16_t failed = 0;
  if (!frontend_.present()) failed |= kConverterFailed;
  if (!imu_.present()) failed |= kImuFailed;
  if (battery_mv_ != 0 && battery_mv_ < kEmptyMv) failed |= kSupplyFailed;
  return failed;
}

bool NrfBoard::digital_out(uint8_t line, bool high, uint16_t pulse_ms) {
  if (line != 0) return false;
  ttl_out.set(high);
  pulse_ = pulse_ms != 0;
  level_after_ = !high;
  pulse_from_ = micros();
  pulse_ms_ = pulse_ms;
  return true;
}

uint8_t charge_of(uint16_t battery_mv) {
  struct Point {
    uint16_t mv;
    uint8_t percent;
  };
  static const Point curve[] = {{3300, 0}, {3600, 10}, {3700, 25}, {3800, 50}, {3950, 75}, {4150, 100}};
  if (battery_mv <= curve[0].mv) return 0;
  for (uint8_t i = 1; i < sizeof curve / sizeof *curve; ++i) {
    const Point &low = curve[i - 1], &high = curve[i];
    if (battery_mv >= high.mv) continue;
    const uint32_t part = static_cast<uint32_t>(battery_mv - low.mv) * (high.percent - low.percent);
    return static_cast<uint8_t>(low.percent + part / (high.mv - low.mv));
  }
  return 100;
}

}  // namespace gripforce

#endif
