// RP2040 with Earle Philhower's core: a Raspberry Pi Pico. USB is served by interrupts, one loop does
// the rest.
#pragma once

#include <Arduino.h>
#include <hardware/flash.h>
#include <hardware/sync.h>
#include <pico/unique_id.h>
#include <string.h>

#include "../../board/flash_log.h"
#include "../../board/port_link.h"
#include "../../board/serial_port.h"
#include "../../core/messages.h"

namespace gripforce {

// The last sectors before the one that the core keeps for its EEPROM; no file system may be chosen
// that reaches them ("2MB (no FS)"). An upload erases what it writes, and the sketch ends far below.
class PicoFlash : public Flash {
 public:
  bool begin() override { return true; }
  bool read(uint32_t at, uint32_t* word) override {
    memcpy(word, reinterpret_cast<const void*>(XIP_BASE + kBegin + at), sizeof *word);
    return true;
  }
  // A page is written as a whole: ones leave what stands there.
  bool program(uint32_t at, uint32_t word) override {
    uint8_t page[FLASH_PAGE_SIZE];
    memset(page, 0xFF, sizeof page);
    memcpy(page + at % FLASH_PAGE_SIZE, &word, sizeof word);
    const uint32_t before = save_and_disable_interrupts();  // no code can be read meanwhile
    flash_range_program(kBegin + at / FLASH_PAGE_SIZE * FLASH_PAGE_SIZE, page, FLASH_PAGE_SIZE);
    restore_interrupts(before);
    return true;
  }
  bool erase(uint32_t page) override {
    const uint32_t before = save_and_disable_interrupts();
    flash_range_erase(kBegin + page, kPageBytes);
    restore_interrupts(before);
    return true;
  }

 private:
  static_assert(kPageBytes == FLASH_SECTOR_SIZE, "a page of the log is a sector");
  static constexpr uint32_t kBegin = PICO_FLASH_SIZE_BYTES - 3 * kPageBytes;
};

class PicoStorage : public FlashLog {
 public:
  PicoStorage() : FlashLog(flash_) {}

 private:
  PicoFlash flash_;
};

typedef OneLink<SerialPort<true>> ThisLink;
typedef PicoStorage ThisStorage;

// The number of the flash chip: the RP2040 has none.
inline void read_uid(uint8_t* uid) {
  pico_unique_board_id_t id;
  pico_get_unique_board_id(&id);
  memcpy(uid, id.id, kUidBytes);
}
inline void load_uid(Storage&, uint8_t* uid) { read_uid(uid); }

// An RP2040 tells no brown-out from a power-on.
inline uint16_t reset_flags() {
  static const bool bitten = rp2040.getResetReason() == RP2040::WDT_RESET;
  return bitten ? static_cast<uint16_t>(kWatchdogReset) : uint16_t{0};
}

// A reset takes the watchdog off, also that by which an upload begins.
inline void start_watchdog() {
#if WATCHDOG
  rp2040.wdt_begin(4000);
#endif
}
inline void feed_watchdog() {
#if WATCHDOG
  rp2040.wdt_reset();
#endif
}

inline bool supply_is_sound() { return true; }
inline void rest_unless(bool (*)()) {}
inline void wake_sampler() {}

inline uint32_t interrupts_off() { return save_and_disable_interrupts(); }
inline void interrupts_as(uint32_t before) { restore_interrupts(before); }

}  // namespace gripforce
