// The cell's voltage, where the pin table says that it is wired; else nothing is read.
#pragma once

#include <Arduino.h>

#include "../../config.h"

namespace gripforce {

#ifdef PIN_BATTERY

class Battery {
 public:
  void begin();
  // Measures each ten seconds.
  void poll(uint32_t now);
  uint16_t mv() const { return mv_; }
  bool is_empty() const { return mv_ != 0 && mv_ < kEmptyMv; }
  uint8_t percent() const { return percent_; }
  // A new charge is to be told, once.
  bool has_news() const { return percent_ != told_; }
  void was_told() { told_ = percent_; }

 private:
  static constexpr uint16_t kEmptyMv = 3300;

  void measure(uint32_t now);

  uint32_t tick_ = 0;
  uint16_t mv_ = 0;
  uint8_t percent_ = 100;
  uint8_t told_ = 0xFF;
};

// The part of its charge that a lithium cell at rest has left; within some 10 %.
uint8_t charge_of(uint16_t battery_mv);

#else

class Battery {
 public:
  void begin() {}
  void poll(uint32_t) {}
  uint16_t mv() const { return 0; }
  bool is_empty() const { return false; }
  uint8_t percent() const { return 0; }
  bool has_news() const { return false; }
  void was_told() {}
};

#endif

}  // namespace gripforce
