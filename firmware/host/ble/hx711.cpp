// Four HX711 as their datasheet has them, each on a clock of its own, some per cent off.
#include <Arduino.h>

#include "../../gripforce/config.h"

#ifdef FRONTEND_HX711

#include <stdint.h>

#include "world.h"

namespace {

struct Chip {
  uint8_t dout, sck;
  uint64_t period_us, next_us, number;
  uint32_t word;
  uint8_t clocks;  // since the conversion; 25 take DOUT high again
  bool ready, clock_is_high;
};

Chip chips[HX711_CELLS] = {
    {PIN_HX711_DOUT_1, PIN_HX711_SCK_1, 12500, 50000, 0, 0, 0, false, false},
    {PIN_HX711_DOUT_2, PIN_HX711_SCK_2, 12125, 51000, 0, 0, 0, false, false},
    {PIN_HX711_DOUT_3, PIN_HX711_SCK_3, 13000, 52000, 0, 0, 0, false, false},
    {PIN_HX711_DOUT_4, PIN_HX711_SCK_4, 12625, 53000, 0, 0, 0, false, false},
};

Chip& soonest() {
  Chip* first = chips;
  for (Chip& chip : chips) {
    if (chip.next_us < first->next_us) first = &chip;
  }
  return *first;
}

}  // namespace

namespace converter {

uint64_t next_us() { return soonest().next_us; }

void convert() {
  Chip& chip = soonest();
  chip.next_us += chip.period_us;
  chip.word = static_cast<uint32_t>(count(chip.number++, static_cast<uint8_t>(&chip - chips)));
  chip.clocks = 0;
  chip.ready = true;
  pin_changed(chip.dout, false);
}

void pin_written(uint8_t pin, bool high) {
  for (Chip& chip : chips) {
    if (chip.sck != pin) continue;
    if (high && !chip.clock_is_high) ++chip.clocks;
    if (chip.clocks >= 25) chip.ready = false;
    chip.clock_is_high = high;
  }
}

bool is_high(uint8_t pin) {
  for (const Chip& chip : chips) {
    if (chip.dout != pin) continue;
    if (!chip.ready) return true;
    return chip.clocks != 0 && (chip.word >> (24 - chip.clocks) & 1) != 0;
  }
  return true;
}

}  // namespace converter

#endif
