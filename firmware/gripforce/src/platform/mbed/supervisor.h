// What ends a hang of an nRF52840, and tells afterwards; and what keeps its clock a crystal's.
//
// The chip's own watchdog survives the soft reset by which an upload begins, and would interrupt the
// boot loader. A timer's interrupt looks after both threads instead: it runs while either hangs.
#pragma once

#include <stdint.h>

namespace gripforce {

// DeviceFlags of the last reset. A brown-out leaves the chip as a power-on does: no flag tells it.
uint16_t reset_flags();

void start_watchdog();
void feed_watchdog();   // by the loop
void feed_sampler();    // by the sampler's thread

// Asks for the crystal; again, where the radio has let it go meanwhile.
void start_crystal();
void keep_crystal();

}  // namespace gripforce
