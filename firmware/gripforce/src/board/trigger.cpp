#include "trigger.h"

#include <Arduino.h>

#include "../../config.h"
#include "atomic.h"

namespace gripforce {

namespace {

struct Stamp {
  uint32_t tick;
  uint16_t index;
  bool rising;
};

constexpr uint8_t kRoom = 6;  // five edges while one block is on its way, 2 ms
volatile Stamp stamps[kRoom];
volatile uint8_t head, tail;
volatile uint16_t edges;
volatile bool was_high;

bool line_is_high() {
#if defined(__AVR__)
  return (*portInputRegister(digitalPinToPort(PIN_TRIGGER)) & digitalPinToBitMask(PIN_TRIGGER)) != 0;
#else
  return digitalRead(PIN_TRIGGER) == HIGH;
#endif
}

void on_edge() {
  const uint32_t tick = micros();
  const bool high = line_is_high();
  if (high == was_high) return;  // shorter than the interrupt's latency: not one that can be dated
  was_high = high;
  const uint16_t index = edges;
  edges = static_cast<uint16_t>(index + 1);
  const uint8_t next = static_cast<uint8_t>((head + 1) % kRoom);
  if (next == tail) return;  // its number is missing then, and tells
  volatile Stamp& stamp = stamps[head];
  stamp.tick = tick;
  stamp.index = index;
  stamp.rising = high;
  head = next;
}

}  // namespace

void Trigger::begin() {
  pinMode(PIN_TRIGGER, INPUT_PULLUP);
#if !defined(__AVR__) || PIN_TRIGGER == 2 || PIN_TRIGGER == 3
  attachInterrupt(digitalPinToInterrupt(PIN_TRIGGER), on_edge, CHANGE);
#else
  *digitalPinToPCMSK(PIN_TRIGGER) |= _BV(digitalPinToPCMSKbit(PIN_TRIGGER));
  PCICR |= _BV(digitalPinToPCICRbit(PIN_TRIGGER));
#endif
  restart();
}

void Trigger::restart() {
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
    head = 0;
    tail = 0;
    edges = 0;
    was_high = line_is_high();
  }
}

bool Trigger::take(Edge* edge) {
  if (head == tail) return false;
  const volatile Stamp& stamp = stamps[tail];
  edge->line = 0;
  edge->rising = stamp.rising;
  edge->tick = stamp.tick;
  edge->index = stamp.index;
  tail = static_cast<uint8_t>((tail + 1) % kRoom);
  return true;
}

}  // namespace gripforce

#if defined(__AVR__) && PIN_TRIGGER != 2 && PIN_TRIGGER != 3
ISR(PCINT0_vect) { gripforce::on_edge(); }
#endif
