// ATmega328P: its registers, its EEPROM, its USART, one loop that sleeps.
#pragma once

#include <avr/sleep.h>
#include <util/atomic.h>

#include "eeprom.h"
#include "serial_link.h"
#include "supervisor.h"

namespace gripforce {

typedef SerialLink ThisLink;
typedef Eeprom ThisStorage;

inline void wake_sampler() {}

// Asleep, the CPU makes no noise beside the converter and answers every interrupt after the same
// number of cycles. With interrupts off until the moment of sleep, nothing can slip in between.
inline void rest_unless(bool (*work_waits)()) {
  cli();
  if (!work_waits()) {
    SMCR = SLEEP_MODE_IDLE | _BV(SE);
    sei();
    sleep_cpu();
    sleep_disable();
  }
  sei();
}

}  // namespace gripforce
