// Flash as an nRF52840 has it: erased by the page, and programming only makes zeros of ones.
#include <mbed.h>
#include <string.h>

#include "world.h"

namespace {

constexpr uint32_t kPage = 0x1000, kForeign = 0xF1000;  // the page below ours is somebody else's
constexpr uint32_t kBegin = kForeign + kPage, kEnd = kBegin + 2 * kPage;

uint8_t flash[2 * kPage];
bool is_new = true;
long words_left = -1;

bool is_ours(uint32_t address, uint32_t size) { return address >= kBegin && address + size <= kEnd; }

bool has_power() {
  if (words_left > 0) --words_left;
  return words_left != 0;
}

}  // namespace

namespace world {

void break_flash_after(long words) { words_left = words; }

void erase_flash() {
  memset(flash, 0xFF, sizeof flash);
  is_new = false;
}

}  // namespace world

namespace mbed {

int FlashIAP::init() {
  if (is_new) world::erase_flash();
  return 0;
}

int FlashIAP::read(void* buffer, uint32_t address, uint32_t size) {
  if (!is_ours(address, size)) return -1;
  memcpy(buffer, flash + (address - kBegin), size);
  return 0;
}

int FlashIAP::program(const void* buffer, uint32_t address, uint32_t size) {
  if (!is_ours(address, size) || address % 4 != 0 || size % 4 != 0 || words_left == 0) return -1;
  const bool torn = !has_power();
  const uint8_t* bytes = static_cast<const uint8_t*>(buffer);
  for (uint32_t i = 0; i < (torn ? size / 2 : size); ++i) flash[address - kBegin + i] &= bytes[i];
  return torn ? -1 : 0;
}

int FlashIAP::erase(uint32_t address, uint32_t size) {
  if (!is_ours(address, size) || address % kPage != 0 || size != kPage || !has_power()) return -1;
  memset(flash + (address - kBegin), 0xFF, size);
  return 0;
}

}  // namespace mbed

namespace {
const NRF_FICR_Type nrf_ficr = {{0x52840001, 0x3C91A2B4}};
}
const NRF_FICR_Type* const NRF_FICR = &nrf_ficr;
