// The calibration block in two copies: a power cut during a write leaves the old one or the new.
//
// A copy is `u8 size, u8 sequence, block, u16 crc` (over all before it). A write goes to the copy
// that is not in force: its size is taken away first and set last, so that a half-written copy is
// none, whatever its bytes.
#pragma once

#include <stdint.h>

#include "board.h"

namespace gripforce {

// Whether the block is of a version that is known here, as long as it says, and undamaged.
bool calibration_is_sound(const uint8_t* block, uint8_t size);

class CalibrationStore {
 public:
  CalibrationStore(Storage& storage, uint16_t address, uint16_t copy_bytes)
      : storage_(storage), address_(address), copy_bytes_(copy_bytes) {}

  // Looks for the newer sound copy.
  void load();
  bool valid() const { return size_ != 0; }
  uint8_t size() const { return size_; }
  void read(uint8_t* block);
  // Writes and reads back; false where the storage does not hold it.
  bool write(const uint8_t* block, uint8_t size);

 private:
  static constexpr uint8_t kHead = 2;
  uint16_t place(uint8_t copy) const {
    return static_cast<uint16_t>(address_ + copy * copy_bytes_);
  }
  uint8_t sound_size(uint8_t copy);
  void put(uint16_t at, uint8_t value, uint16_t* crc);

  Storage& storage_;
  uint16_t address_;
  uint16_t copy_bytes_;
  uint8_t copy_ = 1;  // the one in force
  uint8_t size_ = 0;
};

}  // namespace gripforce
