// The calls of mbed OS 6 that our board files make. Threads are a promise kept in order: what is
// given to a queue runs as if its thread were above all others, at once, or when the lock is free.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <chrono>
#include <functional>

namespace mbed {

typedef std::function<void()> Callback;

template <typename T>
Callback callback(T* object, void (T::*method)()) {
  return [object, method] { (object->*method)(); };
}

class CriticalSectionLock {
 public:
  static void enable();
  static void disable();
};

class Ticker {
 public:
  void attach(void (*handler)(), std::chrono::microseconds period);
};

class FlashIAP {
 public:
  int init();
  int read(void* buffer, uint32_t address, uint32_t size);
  int program(const void* buffer, uint32_t address, uint32_t size);
  int erase(uint32_t address, uint32_t size);
};

}  // namespace mbed

enum osPriority_t { osPriorityNormal = 24, osPriorityRealtime = 48 };

namespace rtos {

class Mutex {
 public:
  void lock();
  void unlock();
};

class Thread {
 public:
  explicit Thread(osPriority_t priority);
  void start(mbed::Callback task);
};

}  // namespace rtos

namespace events {

class EventQueue {
 public:
  int call(mbed::Callback work);
  int call_every(std::chrono::milliseconds period, mbed::Callback work);
  void dispatch_forever();
};

}  // namespace events

// The chip's registers that are used, from Nordic's header.
struct NRF_CLOCK_Type {
  volatile uint32_t TASKS_HFCLKSTART;
  volatile uint32_t EVENTS_HFCLKSTARTED;
  volatile uint32_t HFCLKSTAT;
};
struct NRF_POWER_Type {
  volatile uint32_t RESETREAS;
  volatile uint32_t GPREGRET2;
};
struct NRF_FICR_Type {
  uint32_t DEVICEID[2];
};
extern NRF_CLOCK_Type* const NRF_CLOCK;
extern NRF_POWER_Type* const NRF_POWER;
[[noreturn]] void NVIC_SystemReset();
extern const NRF_FICR_Type* const NRF_FICR;
