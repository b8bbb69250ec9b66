// A digital pin. On an AVR it is written and read in two cycles, where digitalWrite() takes fifty.
#pragma once

#include <Arduino.h>

namespace gripforce {

#if defined(__AVR__)

class Pin {
 public:
  explicit Pin(uint8_t number)
      : out_(portOutputRegister(digitalPinToPort(number))),
        in_(portInputRegister(digitalPinToPort(number))),
        mask_(digitalPinToBitMask(number)),
        number_(number) {}

  void make_output(bool high) {
    set(high);
    pinMode(number_, OUTPUT);
  }
  void make_input() { pinMode(number_, INPUT_PULLUP); }
  // No interrupt handler here writes to a port, so read-modify-write is safe.
  void set(bool high) { high ? this->high() : low(); }
  void high() { *out_ |= mask_; }
  void low() { *out_ &= static_cast<uint8_t>(~mask_); }
  bool is_high() const { return (*in_ & mask_) != 0; }
  uint8_t mask() const { return mask_; }
  uint8_t number() const { return number_; }

 private:
  volatile uint8_t* out_;
  volatile uint8_t* in_;
  uint8_t mask_;
  uint8_t number_;
};

#else

class Pin {
 public:
  explicit Pin(uint8_t number) : number_(number) {}

  void make_output(bool high) {
    pinMode(number_, OUTPUT);
    set(high);
  }
  void make_input() { pinMode(number_, INPUT_PULLUP); }
  void set(bool high) { digitalWrite(number_, high ? HIGH : LOW); }
  void high() { set(true); }
  void low() { set(false); }
  bool is_high() const { return digitalRead(number_) == HIGH; }

 private:
  uint8_t number_;
};

#endif

}  // namespace gripforce
