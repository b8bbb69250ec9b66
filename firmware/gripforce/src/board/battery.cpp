#include "battery.h"

#ifdef PIN_BATTERY

#include "pin.h"

namespace gripforce {

namespace {
constexpr uint32_t kPeriodUs = 10000000;
}

void Battery::begin() {
#ifdef PIN_BATTERY_ON
  Pin(PIN_BATTERY_ON).make_output(false);
#endif
  analogReadResolution(12);
  measure(micros());
}

void Battery::poll(uint32_t now) {
  if (now - tick_ >= kPeriodUs) measure(now);
}

void Battery::measure(uint32_t now) {
  tick_ = now;
  const uint32_t reading = static_cast<uint32_t>(analogRead(PIN_BATTERY));
  mv_ = static_cast<uint16_t>(reading * BATTERY_FULL_SCALE_MV / 4095);
  percent_ = charge_of(mv_);
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
