// Storage in flash: what was written is there after any loss of power, as it was or as it became.
#include <mbed.h>

#include <cstring>
#include <initializer_list>

#include "../gripforce/src/board/flash_log.h"
#include "../host/ble/world.h"
#include "check.h"

using namespace gripforce;

namespace {

// The flash of the BLE sketch's world.
class WorldFlash : public Flash {
 public:
  bool begin() override { return flash_.init() == 0; }
  bool read(uint32_t at, uint32_t* word) override { return flash_.read(word, kBegin + at, 4) == 0; }
  bool program(uint32_t at, uint32_t word) override { return flash_.program(&word, kBegin + at, 4) == 0; }
  bool erase(uint32_t page) override { return flash_.erase(kBegin + page, kPageBytes) == 0; }

 private:
  static constexpr uint32_t kBegin = 0xF2000;
  mbed::FlashIAP flash_;
} flash;

void bytes_outlive_the_power_and_many_pages() {
  world::break_flash_after(-1);
  uint8_t expected[kStorageBytes];
  memset(expected, 0xFF, sizeof expected);
  uint32_t seed = 1;
  for (int life = 0; life < 40; ++life) {
    FlashLog log(flash);
    CHECK(log.begin());
    for (uint16_t i = 0; i < kStorageBytes; ++i) CHECK(log.read(i) == expected[i]);
    for (int i = 0; i < 300; ++i) {
      seed = seed * 1664525 + 1013904223;
      const uint16_t at = static_cast<uint16_t>((seed >> 16) % kStorageBytes);
      expected[at] = static_cast<uint8_t>(seed >> 8);
      log.write(at, expected[at]);
    }
  }
}

// The power goes after each number of words, erasures included: a byte is the old one or the new.
void power_may_go_at_any_moment() {
  for (long words = 0; words < 1400; words += 7) {
    world::erase_flash();
    {
      FlashLog log(flash);
      CHECK(log.begin());
      for (uint16_t i = 0; i < 400; ++i) log.write(i, 0x11);
    }
    world::break_flash_after(words);
    {
      FlashLog log(flash);
      log.begin();
      for (const uint8_t value : std::initializer_list<uint8_t>{0x22, 0x33, 0x44}) {
        for (uint16_t i = 0; i < 400; ++i) log.write(i, value);
      }
    }
    world::break_flash_after(-1);
    FlashLog log(flash);
    CHECK(log.begin());
    uint8_t newest = log.read(0);
    for (uint16_t i = 1; i < 400; ++i) {
      const uint8_t value = log.read(i);
      CHECK(value == newest || value + 0x11 == newest);
      newest = value;
    }
    log.write(0, 0x55);
    CHECK(log.read(0) == 0x55);
  }
}

void what_cannot_be_kept_reads_as_before() {
  world::erase_flash();
  FlashLog log(flash);
  CHECK(log.begin());
  log.write(8, 1);
  world::break_flash_after(0);
  log.write(8, 2);
  CHECK(log.read(8) == 1);
  log.write(kStorageBytes, 1);
  CHECK(log.read(kStorageBytes) == 0xFF);
  world::break_flash_after(-1);
}

}  // namespace

void test_flash_log() {
  bytes_outlive_the_power_and_many_pages();
  power_may_go_at_any_moment();
  what_cannot_be_kept_reads_as_before();
}
