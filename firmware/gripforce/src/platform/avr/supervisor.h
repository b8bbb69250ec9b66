// Whether the board is well: why it started, the watchdog, the supply voltage.
#pragma once

#include <stdint.h>

namespace gripforce {

// DeviceFlags of the last reset.
uint16_t reset_flags();

void start_watchdog();
void feed_watchdog();

bool supply_is_sound();

}  // namespace gripforce
