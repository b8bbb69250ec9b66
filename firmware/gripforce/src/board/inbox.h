// Received bytes of one link, and when each frame's delimiter came. Only whole frames are handed
// on, so that two links can take turns.
#pragma once

#include <stdint.h>

namespace gripforce {

class Inbox {
 public:
  bool has_room() const { return after(head_) != tail_; }
  bool has_frame() const { return frames_ != 0; }

  void put(uint8_t byte, uint32_t tick) {
    if (!has_room()) {
      lost_ = true;
      if (!has_frame()) tail_ = head_;  // a frame that can never be whole
      return;
    }
    bytes_[head_] = byte;
    head_ = after(head_);
    if (byte != 0) return;
    ticks_[newest_++ % kTicks] = tick;
    ++frames_;
  }

  uint8_t take() {
    const uint8_t byte = bytes_[tail_];
    tail_ = after(tail_);
    if (byte == 0) {
      tick_ = ticks_[static_cast<uint8_t>(newest_ - frames_) % kTicks];
      --frames_;
    }
    return byte;
  }

  // When the delimiter that was taken last had come.
  uint32_t tick() const { return tick_; }

  bool lost_bytes() {
    const bool was = lost_;
    lost_ = false;
    return was;
  }

  void clear() {
    tail_ = head_;
    frames_ = 0;
  }

 private:
  static constexpr uint16_t kRoom = 512;  // two calibration blocks
  static constexpr uint8_t kTicks = 16;   // commands that wait at a time; a power of two

  static uint16_t after(uint16_t at) { return static_cast<uint16_t>((at + 1) % kRoom); }

  uint8_t bytes_[kRoom];
  uint32_t ticks_[kTicks];
  uint32_t tick_ = 0;
  uint16_t head_ = 0, tail_ = 0;
  uint16_t frames_ = 0;
  uint8_t newest_ = 0;
  bool lost_ = false;
};

}  // namespace gripforce
