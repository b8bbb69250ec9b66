#include "world.h"

#include <Arduino.h>
#include <mbed.h>
#include <stdlib.h>
#include <string.h>

#include <algorithm>
#include <deque>
#include <map>

namespace world {

uint64_t now_us = 0;
uint16_t battery_mv = 3900;

}  // namespace world

namespace {

std::map<uint8_t, void (*)()> on_fall, on_rise;

// The one thread beside the loop: above it, and waiting while the loop has the lock.
std::deque<mbed::Callback> waiting;
mbed::Callback periodic;
void (*ticker)() = nullptr;
uint64_t ticker_period_us = 0, ticker_us = UINT64_MAX;
uint64_t period_us = 0, periodic_us = 0;
int locks = 0;
bool working = false, thread_runs = false;

void work() {
  if (working || locks != 0 || !thread_runs) return;
  working = true;
  while (!waiting.empty()) {
    const mbed::Callback next = waiting.front();
    waiting.pop_front();
    next();
  }
  working = false;
}

}  // namespace

namespace world {

void pass(uint64_t microseconds) {
  const uint64_t until_us = now_us + microseconds;
  while (true) {
    const uint64_t conversion_us = converter::next_us(), motion_us = motion::next_us();
    const uint64_t next_us =
        std::min({conversion_us, motion_us, ticker_us, periodic ? periodic_us : UINT64_MAX});
    if (next_us > until_us) break;
    if (next_us > now_us) now_us = next_us;
    if (next_us == conversion_us) {
      converter::convert();
    } else if (next_us == motion_us) {
      motion::sample();
    } else if (next_us == ticker_us) {
      ticker_us += ticker_period_us;
      ticker();
    } else {
      periodic_us += period_us;
      waiting.push_back(periodic);
    }
    work();
  }
  if (until_us > now_us) now_us = until_us;
}

}  // namespace world

void pin_changed(uint8_t pin, bool rose) {
  const std::map<uint8_t, void (*)()>& handlers = rose ? on_rise : on_fall;
  if (handlers.count(pin) != 0) handlers.at(pin)();
}

uint32_t micros() { return static_cast<uint32_t>(world::now_us); }
void delay(uint32_t milliseconds) { world::pass(milliseconds * 1000ULL); }
void delayMicroseconds(unsigned int microseconds) { world::pass(microseconds); }

void noInterrupts() {}
void interrupts() {}
void pinMode(pin_size_t, PinMode) {}

void digitalWrite(pin_size_t pin, PinStatus level) {
  converter::pin_written(pin, level == HIGH);
}

PinStatus digitalRead(pin_size_t pin) { return converter::is_high(pin) ? HIGH : LOW; }

// Half of the cell, in twelve bits of 3.3 V.
int analogRead(pin_size_t) { return world::battery_mv * 4095 / 6600; }
void analogReadResolution(int) {}

void attachInterrupt(pin_size_t pin, void (*handler)(), PinStatus mode) {
  if (mode != RISING) on_fall[pin] = handler;
  if (mode != FALLING) on_rise[pin] = handler;
}

namespace mbed {

void Ticker::attach(void (*handler)(), std::chrono::microseconds period) {
  ticker = handler;
  ticker_period_us = static_cast<uint64_t>(period.count());
  ticker_us = world::now_us + ticker_period_us;
}

void CriticalSectionLock::enable() {}
void CriticalSectionLock::disable() {}

}  // namespace mbed

namespace rtos {

void Mutex::lock() { ++locks; }

void Mutex::unlock() {
  --locks;
  work();
}

Thread::Thread(osPriority_t priority) {
  if (priority <= osPriorityNormal) abort();  // it would wait for the loop
}

void Thread::start(mbed::Callback task) { task(); }

}  // namespace rtos

namespace events {

int EventQueue::call(mbed::Callback what) {
  waiting.push_back(what);
  work();
  return 1;
}

int EventQueue::call_every(std::chrono::milliseconds period, mbed::Callback what) {
  periodic = what;
  period_us = static_cast<uint64_t>(period.count()) * 1000;
  periodic_us = world::now_us + period_us;
  return 1;
}

void EventQueue::dispatch_forever() { thread_runs = true; }

}  // namespace events

namespace {
NRF_CLOCK_Type nrf_clock = {0, 1, 1u << 16 | 1u};
// As after a power-on, or after the reset that the environment says.
NRF_POWER_Type nrf_power = {0, getenv("GPREGRET2") != nullptr ? uint32_t(atoi(getenv("GPREGRET2"))) : 0};
}
NRF_CLOCK_Type* const NRF_CLOCK = &nrf_clock;
NRF_POWER_Type* const NRF_POWER = &nrf_power;
