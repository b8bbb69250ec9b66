#include "flash_log.h"

#include <string.h>

namespace gripforce {

namespace {

constexpr uint32_t kFirstPage = 0, kPageBytes = Flash::kPageBytes;
constexpr uint32_t kErased = 0xFFFFFFFF;
constexpr uint32_t kHead = 0x47460000;  // "GF" and the page's generation

// A byte as a word: value, address and a check, so that a torn word is passed over.
uint32_t entry(uint16_t address, uint8_t value) {
  const uint8_t check = static_cast<uint8_t>(value ^ address ^ address >> 8 ^ 0x5A);
  return static_cast<uint32_t>(check) << 24 | static_cast<uint32_t>(address) << 8 | value;
}

}  // namespace

bool FlashLog::begin() {
  memset(image_, 0xFF, sizeof image_);
  usable_ = flash_.begin();
  if (!usable_) return false;
  const uint32_t first = get(kFirstPage), second = get(kFirstPage + kPageBytes);
  const bool first_is_whole = (first & 0xFFFF0000) == kHead;
  const bool second_is_whole = (second & 0xFFFF0000) == kHead;
  const bool second_is_newer = static_cast<int16_t>(second - first) > 0;
  if (second_is_whole && (!first_is_whole || second_is_newer)) return open(kFirstPage + kPageBytes);
  if (first_is_whole) return open(kFirstPage);
  page_ = kFirstPage + kPageBytes;
  usable_ = move_to_other_page();
  return usable_;
}

bool FlashLog::open(uint32_t page) {
  page_ = page;
  generation_ = static_cast<uint16_t>(get(page));
  for (next_ = page + 4; next_ < page + kPageBytes; next_ += 4) {
    const uint32_t word = get(next_);
    if (word == kErased) break;
    const uint16_t address = static_cast<uint16_t>(word >> 8);
    const uint8_t value = static_cast<uint8_t>(word);
    if (address < kStorageBytes && word == entry(address, value)) image_[address] = value;
  }
  return true;
}

uint8_t FlashLog::read(uint16_t address) {
  return address < kStorageBytes ? image_[address] : 0xFF;
}

void FlashLog::write(uint16_t address, uint8_t value) {
  if (!usable_ || address >= kStorageBytes || image_[address] == value) return;
  if (next_ == page_ + kPageBytes && !move_to_other_page()) return;
  const bool done = put(next_, entry(address, value));
  next_ += 4;
  if (done) image_[address] = value;
}

bool FlashLog::move_to_other_page() {
  const uint32_t page = page_ == kFirstPage ? kFirstPage + kPageBytes : kFirstPage;
  if (!flash_.erase(page)) return false;
  uint32_t at = page + 4;
  for (uint16_t address = 0; address < kStorageBytes; ++address) {
    if (image_[address] == 0xFF) continue;
    if (!put(at, entry(address, image_[address]))) return false;
    at += 4;
  }
  ++generation_;
  if (!put(page, kHead | generation_)) return false;
  page_ = page;
  next_ = at;
  return true;
}

bool FlashLog::put(uint32_t at, uint32_t word) {
  return flash_.program(at, word) && get(at) == word;
}

uint32_t FlashLog::get(uint32_t at) {
  uint32_t word = kErased;
  return flash_.read(at, &word) ? word : kErased;
}

}  // namespace gripforce
