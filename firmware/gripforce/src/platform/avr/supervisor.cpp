#if defined(__AVR__)

#include "supervisor.h"

#include <Arduino.h>
#include <avr/wdt.h>

#include "../../../config.h"
#include "../../core/messages.h"

namespace gripforce {

namespace {

constexpr uint16_t kLowestSupplyMv = 4500, kHighestSupplyMv = 5500;

// Bootloaders clear MCUSR before the sketch sees it (optiboot up to version 4, on most Unos), so a
// loop that hangs is told of in memory that nobody clears, before the watchdog bites. It is timer 2
// that tells, not the watchdog's own interrupt: while that one is enabled and cannot run, because
// what hangs has switched interrupts off, the watchdog never goes on to the reset.
constexpr uint32_t kBitten = 0x57A7C4D6;
constexpr uint8_t kHanging = 31;  // overflows of timer 2, 16.4 ms each: half a second
uint32_t bitten __attribute__((section(".noinit")));
volatile uint8_t overflows;  // since the watchdog was fed
uint8_t reset_cause __attribute__((section(".noinit")));

// Before main(): a watchdog that has bitten stays on, at 16 ms, until it is told otherwise.
void note_reset_cause() __attribute__((naked, used, section(".init3")));
void note_reset_cause() {
  reset_cause = MCUSR;
  MCUSR = 0;
  wdt_disable();
}

}  // namespace

uint16_t reset_flags() {
  static bool looked = false;
  static uint16_t flags = 0;
  if (looked) return flags;
  looked = true;
  if (bitten == kBitten || (reset_cause & _BV(WDRF)) != 0) flags |= kWatchdogReset;
  // At power-on both bits are set: a brown-out is one that no power-on explains.
  if ((reset_cause & _BV(BORF)) != 0 && (reset_cause & _BV(PORF)) == 0) flags |= kBrownOutReset;
  bitten = 0;
  return flags;
}

void start_watchdog() {
#if WATCHDOG
  TCCR2A = 0;
  TCCR2B = _BV(CS22) | _BV(CS21) | _BV(CS20);
  TIMSK2 = _BV(TOIE2);
  wdt_enable(WDTO_1S);
#endif
}

void feed_watchdog() {
#if WATCHDOG
  wdt_reset();
  if (overflows >= kHanging) bitten = 0;  // it was slow, and does not hang
  overflows = 0;
#endif
}

// The converter measures its 1.1 V reference against the supply.
bool supply_is_sound() {
  ADMUX = _BV(REFS0) | 0x0E;
  delay(2);  // the reference settles
  uint16_t reading = 0;
  for (uint8_t i = 0; i < 2; ++i) {  // the first after a change of input is not to be trusted
    ADCSRA |= _BV(ADSC);
    while ((ADCSRA & _BV(ADSC)) != 0) {
    }
    reading = ADC;
  }
  if (reading == 0) return false;
  const uint16_t supply_mv = static_cast<uint16_t>(1100UL * 1023 / reading);
  return supply_mv >= kLowestSupplyMv && supply_mv <= kHighestSupplyMv;
}

}  // namespace gripforce

#if WATCHDOG
ISR(TIMER2_OVF_vect) {
  using namespace gripforce;
  if (overflows == 0xFF) return;
  overflows = static_cast<uint8_t>(overflows + 1);
  if (overflows == kHanging) bitten = kBitten;
}
#endif

#endif
