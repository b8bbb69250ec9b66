// The storage of a board without EEPROM: two pages of flash, written as a log.
//
// Flash is erased by the page and written by the word. Each byte that changes is one word more on
// the page in use; when that is full, what stands now is written to the other one, whose head comes
// last: power may go at any moment, and one of the two is whole. An erasure holds the processor up
// for some 50 to 100 ms, once in 450 bytes, and never while it streams.
#pragma once

#include <stdint.h>

#include "storage.h"

namespace gripforce {

// Two pages in a row that nobody else writes to: neither the sketch nor the boot loader.
class Flash {
 public:
  static constexpr uint32_t kPageBytes = 0x1000;

  virtual bool begin() = 0;
  // Addresses count from the first page's beginning.
  virtual bool read(uint32_t at, uint32_t* word) = 0;
  virtual bool program(uint32_t at, uint32_t word) = 0;
  virtual bool erase(uint32_t page) = 0;
};

class FlashLog : public Storage {
 public:
  explicit FlashLog(Flash& flash) : flash_(flash) {}

  // False where the flash is not to be had; all reads as erased then.
  bool begin();
  uint8_t read(uint16_t address) override;
  // What could not be kept reads as before.
  void write(uint16_t address, uint8_t value) override;

 private:
  bool open(uint32_t page);
  bool move_to_other_page();
  bool put(uint32_t at, uint32_t word);
  uint32_t get(uint32_t at);

  Flash& flash_;
  uint32_t page_ = 0;
  uint32_t next_ = 0;
  uint16_t generation_ = 0;
  bool usable_ = false;
  uint8_t image_[kStorageBytes];
};

}  // namespace gripforce
