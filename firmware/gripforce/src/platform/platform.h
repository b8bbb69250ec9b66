// The family of chips that the board's pin table names, and nothing else that knows a chip.
//
// A family is one folder here. Its header brings, in namespace gripforce (docs/boards.md says more):
//
//   ThisLink                       the link: SerialLink, OneLink<Port> or TwoLinks<Port, Radio>
//   ThisStorage                    a Storage with begin()
//   load_uid(storage, uid)         eight bytes that are the same for the life of the board
//   reset_flags()                  DeviceFlags of the last reset
//   start_watchdog(), feed_watchdog()   a restart after seconds without a turn of the loop, and
//                                  none of the boot loader
//   supply_is_sound()              for the self-test
//   rest_unless(work_waits)        sleep until the next interrupt, or nothing
//   wake_sampler()                 from an interrupt: there is a sample
//   interrupts_off(), interrupts_as(before)   or ATOMIC_BLOCK itself
//
// A family whose loop cannot read the converter in time has a thread and a board of its own: mbed.
#pragma once

#include "../../config.h"

#if defined(PLATFORM_AVR)
#include "avr/avr.h"
#elif defined(PLATFORM_MBED)
#include "mbed/mbed_platform.h"
#elif defined(PLATFORM_RP2040)
#include "rp2040/rp2040.h"
#elif defined(PLATFORM_ESP32)
#include "esp32/esp32.h"
#elif defined(PLATFORM_RENESAS)
#include "renesas/renesas.h"
#elif defined(PLATFORM_TEENSY)
#include "teensy/teensy.h"
#elif defined(PLATFORM_BARE)
#include <bare.h>  // a machine without a core of Arduino brings it
#else
#error "the board's pin table names no platform: see docs/boards.md"
#endif
