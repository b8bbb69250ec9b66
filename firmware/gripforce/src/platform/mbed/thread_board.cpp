#include "../../../config.h"

#if defined(PLATFORM_MBED)

#include <Arduino.h>
#include <mbed.h>

#include "thread_board.h"

namespace gripforce {

namespace {

rtos::Mutex turn;
rtos::Thread sampler_thread(osPriorityRealtime);
events::EventQueue sampler_work;
ThreadBoard* sampled = nullptr;

}  // namespace

void wake_sampler() { sampler_work.call(mbed::callback(sampled, &ThreadBoard::sample)); }

void ThreadBoard::begin(Device& device) {
  device_ = &device;
  sampled = this;
  start_crystal();
  LoopBoard::begin(device);
  sampler_work.call_every(std::chrono::milliseconds(static_cast<int>(Imu::kPollMs)), mbed::callback(this, &ThreadBoard::sample));
  sampler_thread.start(mbed::callback(&sampler_work, &events::EventQueue::dispatch_forever));
}

void ThreadBoard::begin_turn() { turn.lock(); }
void ThreadBoard::end_turn() { turn.unlock(); }

void ThreadBoard::sample() {
  feed_sampler();
  turn.lock();
  do {
    move_samples(*device_);
  } while (has_more_samples());
  turn.unlock();
}

void ThreadBoard::poll(Device& device) {
  look_after(device);
  keep_crystal();
}

void ThreadBoard::rest(bool (*work_waits)()) {
  if (!work_waits()) delay(1);
}

}  // namespace gripforce

#endif
