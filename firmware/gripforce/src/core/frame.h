// Frames: COBS(payload + crc16) + 0x00, as docs/protocol.md has them.
//
// A payload of at most 252 bytes is one COBS run, so a frame is made and unmade where it lies:
// one byte before the payload, three after it. The ring needs no second buffer to send from.
#pragma once

#include <stdint.h>

namespace gripforce {

constexpr uint8_t kMaxPayload = 252;
constexpr uint8_t kFrameHead = 1;      // the first COBS code stands before the payload
constexpr uint8_t kFrameOverhead = 4;  // code, CRC, delimiter

// Bytes that are ready to go out; `size` 0 where there are none.
struct Frame {
  const uint8_t* bytes;
  uint16_t size;
};

// Turns memory that holds a payload at `frame + kFrameHead` into the frame that carries it.
Frame seal(uint8_t* frame, uint8_t payload_size);

// The inverse: the payload stands at `frame + kFrameHead` again.
void unseal(uint8_t* frame);

// Received bytes to payloads, whatever the pieces they come in.
class FrameReader {
 public:
  enum Result : uint8_t { kNothing, kPayload, kTooLong, kCorrupt };

  FrameReader(uint8_t* payload, uint8_t room) : payload_(payload), room_(room) {}

  // kPayload: one is complete, `size()` bytes of it. kTooLong: one was sound but had no room; its
  // first bytes stand there all the same. kCorrupt: a frame or scrap failed its check.
  Result feed(uint8_t byte);

  const uint8_t* payload() const { return payload_; }
  uint8_t size() const { return size_; }

 private:
  Result finish();
  void decoded(uint8_t byte);

  uint8_t* payload_;
  uint8_t room_;
  uint8_t run_ = 0;        // bytes left in the COBS run
  bool started_ = false;   // a byte of a frame has come
  bool zero_due_ = false;  // the run that ends implies a zero
  bool broken_ = false;
  uint8_t length_ = 0;     // bytes decoded, CRC included
  uint8_t size_ = 0;
  uint16_t crc_ = 0xFFFF;
  uint8_t last_[2] = {0, 0};  // held back: they may be the CRC
};

}  // namespace gripforce
