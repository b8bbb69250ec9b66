// i.MX RT1062 with PJRC's core: a Teensy 4.0 or 4.1. USB is served by interrupts, one loop does the rest.
#pragma once

#include <Arduino.h>
#include <IntervalTimer.h>
#include <avr/eeprom.h>

#include "../../board/port_link.h"
#include "../../board/serial_port.h"
#include "../../board/storage.h"
#include "../../core/bytes.h"
#include "../../core/messages.h"

namespace gripforce {

// The core's own emulation of an EEPROM in the last sectors of the flash, which an upload keeps.
class CoreEeprom : public Storage {
 public:
  bool begin() { return true; }
  uint8_t read(uint16_t address) override { return eeprom_read_byte(at(address)); }
  void write(uint16_t address, uint8_t value) override {
    if (read(address) != value) eeprom_write_byte(at(address), value);
  }

 private:
  static uint8_t* at(uint16_t address) {
    return reinterpret_cast<uint8_t*>(static_cast<uintptr_t>(address));
  }
};

typedef OneLink<SerialPort<true>> ThisLink;
typedef CoreEeprom ThisStorage;

inline void read_uid(uint8_t* uid) {
  put32(uid, HW_OCOTP_MAC0);
  put32(uid + 4, HW_OCOTP_MAC1);
}
inline void load_uid(Storage&, uint8_t* uid) { read_uid(uid); }

// The chip's own watchdog cannot be taken off again, and would interrupt the boot loader: a timer's
// interrupt restarts a loop that hangs. It says so in a register that outlives the reset.
class Supervisor {
 public:
  static void start() {
    feed();
    static IntervalTimer timer;
    timer.begin(look, 250000);
  }
  static void feed() { fed() = micros(); }
  static uint16_t reset_flags() {
    static const bool hung = take_note();
    return hung ? static_cast<uint16_t>(kWatchdogReset) : uint16_t{0};
  }

 private:
  static constexpr uint32_t kHangUs = 4000000, kHung = 0x47465744;

  static volatile uint32_t& fed() {
    static volatile uint32_t tick = 0;
    return tick;
  }
  static void look() {
    if (micros() - fed() < kHangUs) return;
    SNVS_LPGPR0 = kHung;
    SCB_AIRCR = 0x05FA0004;  // the request for a reset, with its key
    for (;;) {
    }
  }
  static bool take_note() {
    const bool hung = SNVS_LPGPR0 == kHung;
    SNVS_LPGPR0 = 0;
    return hung;
  }
};

inline uint16_t reset_flags() { return Supervisor::reset_flags(); }
inline void start_watchdog() {
#if WATCHDOG
  Supervisor::start();
#endif
}
inline void feed_watchdog() { Supervisor::feed(); }

inline bool supply_is_sound() { return true; }
inline void rest_unless(bool (*)()) {}
inline void wake_sampler() {}

inline uint32_t interrupts_off() {
  uint32_t before = 0;
  asm volatile("mrs %0, primask" : "=r"(before));
  __disable_irq();
  return before;
}
inline void interrupts_as(uint32_t before) { asm volatile("msr primask, %0" ::"r"(before) : "memory"); }

}  // namespace gripforce
