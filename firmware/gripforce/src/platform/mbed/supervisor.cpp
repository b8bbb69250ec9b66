#include "../../../config.h"

#if defined(PLATFORM_MBED)

#include "supervisor.h"

#include <Arduino.h>
#include <mbed.h>

#include "../../core/messages.h"

namespace gripforce {

namespace {

constexpr uint32_t kHangUs = 4000000;  // BLE and flash take less
constexpr uint32_t kCheckUs = 250000;
constexpr uint32_t kHung = 0x47;  // in GPREGRET2, which outlives a reset and which no boot loader uses
// RESETREAS and HFCLKSTAT, from the product specification of the nRF52840.
constexpr uint32_t kByWatchdog = 1u << 1, kByLockup = 1u << 3;
constexpr uint32_t kCrystalRuns = 1u << 16 | 1u;

mbed::Ticker supervisor;
volatile uint32_t loop_tick, sampler_tick;

void look() {
  const uint32_t now = micros();
  if (now - loop_tick < kHangUs && now - sampler_tick < kHangUs) return;
  NRF_POWER->GPREGRET2 = kHung;
  NVIC_SystemReset();
}

}  // namespace

uint16_t reset_flags() {
  static bool known = false;
  static uint16_t flags = 0;
  if (known) return flags;
  known = true;
  const bool hung = (NRF_POWER->GPREGRET2 & 0xFF) == kHung;
  if (hung || (NRF_POWER->RESETREAS & (kByWatchdog | kByLockup)) != 0) flags = kWatchdogReset;
  NRF_POWER->RESETREAS = 0xFFFFFFFF;  // a one clears; else the reasons of all resets add up
  NRF_POWER->GPREGRET2 = 0;
  return flags;
}

void start_watchdog() {
  feed_watchdog();
  feed_sampler();
  supervisor.attach(look, std::chrono::microseconds(kCheckUs));
}

void feed_watchdog() { loop_tick = micros(); }
void feed_sampler() { sampler_tick = micros(); }

// micros() counts the 64 MHz clock, which is an RC oscillator, up to 6000 ppm off, until somebody
// wants the crystal: with the radio's events it would come and go.
void start_crystal() {
  NRF_CLOCK->EVENTS_HFCLKSTARTED = 0;
  NRF_CLOCK->TASKS_HFCLKSTART = 1;
  for (uint32_t i = 0; NRF_CLOCK->EVENTS_HFCLKSTARTED == 0 && i < 100; ++i) delay(1);
}

void keep_crystal() {
  if ((NRF_CLOCK->HFCLKSTAT & kCrystalRuns) != kCrystalRuns) NRF_CLOCK->TASKS_HFCLKSTART = 1;
}

}  // namespace gripforce

#endif
