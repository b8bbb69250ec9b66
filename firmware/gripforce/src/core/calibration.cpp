#include "calibration.h"

#include "bytes.h"
#include "crc16.h"

namespace gripforce {

namespace {
constexpr uint8_t kVersion = 1;
}

bool calibration_is_sound(const uint8_t* block, uint8_t size) {
  if (size < 8 || block[0] != kVersion) return false;
  const uint16_t n = block[1];
  if (n == 0 || n > 7 || size != 8 + 4 * n + 4 * n * n) return false;
  const uint8_t body = static_cast<uint8_t>(size - 2);
  return crc16(block, body) == get16(block + body);
}

uint8_t CalibrationStore::sound_size(uint8_t copy) {
  const uint16_t at = place(copy);
  const uint8_t size = storage_.read(at);
  if (size == 0 || size > copy_bytes_ - kHead - 2) return 0;
  const uint16_t end = static_cast<uint16_t>(kHead + size);
  uint16_t crc = kCrcInit;
  for (uint16_t i = 0; i < end; ++i) {
    crc = crc16_add(crc, storage_.read(static_cast<uint16_t>(at + i)));
  }
  const uint8_t low = storage_.read(static_cast<uint16_t>(at + end));
  const uint8_t high = storage_.read(static_cast<uint16_t>(at + end + 1));
  return crc == static_cast<uint16_t>(low | high << 8) ? size : 0;
}

void CalibrationStore::load() {
  const uint8_t first = sound_size(0);
  const uint8_t second = sound_size(1);
  const uint8_t age = static_cast<uint8_t>(storage_.read(static_cast<uint16_t>(place(1) + 1)) -
                                           storage_.read(static_cast<uint16_t>(place(0) + 1)));
  const bool second_is_newer = static_cast<int8_t>(age) > 0;
  copy_ = second != 0 && (first == 0 || second_is_newer) ? 1 : 0;
  size_ = copy_ == 1 ? second : first;
}

void CalibrationStore::read(uint8_t* block) {
  for (uint8_t i = 0; i < size_; ++i) {
    block[i] = storage_.read(static_cast<uint16_t>(place(copy_) + kHead + i));
  }
}

void CalibrationStore::put(uint16_t at, uint8_t value, uint16_t* crc) {
  storage_.write(at, value);
  *crc = crc16_add(*crc, value);
}

bool CalibrationStore::write(const uint8_t* block, uint8_t size) {
  if (size > copy_bytes_ - kHead - 2) return false;
  const uint8_t target = copy_ == 0 ? 1 : 0;
  const uint16_t at = place(target);
  const uint8_t sequence =
      static_cast<uint8_t>(storage_.read(static_cast<uint16_t>(place(copy_) + 1)) + 1);
  storage_.write(at, 0);
  uint16_t crc = crc16_add(kCrcInit, size);
  put(static_cast<uint16_t>(at + 1), sequence, &crc);
  for (uint8_t i = 0; i < size; ++i) {
    put(static_cast<uint16_t>(at + kHead + i), block[i], &crc);
  }
  const uint16_t end = static_cast<uint16_t>(at + kHead + size);
  storage_.write(end, static_cast<uint8_t>(crc));
  storage_.write(static_cast<uint16_t>(end + 1), static_cast<uint8_t>(crc >> 8));
  storage_.write(at, size);
  load();
  return copy_ == target && size_ == size;
}

}  // namespace gripforce
